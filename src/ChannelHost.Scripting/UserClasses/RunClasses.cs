using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>The user classes of one run, made when first named.</summary>
internal sealed class RunClasses(ScriptRun run)
{
    private readonly Dictionary<UserClass, ObjectInstance> _members = [];
    private ClrFunction? _toPrimitive;
    private readonly Dictionary<UserClass, UserClassFunction> _functions = [];

    /// <summary>What objects are where a text is wanted: their <c>toString()</c> may give a Java text, which is an object itself.</summary>
    public JsValue ToPrimitive => _toPrimitive ??= new ClrFunction(run.Engine, "[Symbol.toPrimitive]", static (self, _) => JsString.Create(self.ToString()), 1);

    /// <summary>The class as scripts hold it.</summary>
    public UserClassFunction Function(UserClass type)
    {
        if (!_functions.TryGetValue(type, out var function))
        {
            _functions[type] = function = new UserClassFunction(run, type, Members(type));
        }

        return function;
    }

    /// <summary>An object of a class.</summary>
    public UserObject Wrap(UserClass type, object state) => new(run, type, state, Members(type));

    private ObjectInstance Members(UserClass type)
    {
        if (!_members.TryGetValue(type, out var members))
        {
            _members[type] = members = type.Members.Instantiate(run.Engine);
        }

        return members;
    }
}
