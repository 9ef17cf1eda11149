using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>A user class as scripts hold it: <c>new RawMessage(text)</c>, <c>DateUtil.getCurrentDate(pattern)</c>. Its functions are made when first named.</summary>
internal sealed class UserClassFunction : Constructor
{
    private readonly ScriptRun _run;

    public UserClassFunction(ScriptRun run, UserClass type, ObjectInstance members)
        : base(run.Engine, type.Name)
    {
        _run = run;
        Class = type;
        FastSetProperty("prototype", new PropertyDescriptor(members, PropertyFlag.AllForbidden));
        members.FastSetProperty("constructor", new PropertyDescriptor(this, PropertyFlag.NonEnumerable));
    }

    /// <summary>The class.</summary>
    public UserClass Class { get; }

    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget)
    {
        if (Class.Create is not { } create)
        {
            throw _run.TypeError($"{Class.Name} cannot be made with new.");
        }

        return _run.Classes.Wrap(Class, create(new UserCall(_run, this, $"new {Class.Name}", arguments)));
    }

    /// <inheritdoc/>
    public override PropertyDescriptor GetOwnProperty(JsValue property)
    {
        var own = base.GetOwnProperty(property);
        if (own != PropertyDescriptor.Undefined || property is not JsString name)
        {
            return own;
        }

        JsValue? value = null;
        var key = name.ToString();
        if (Class.Statics.TryGetValue(key, out var function))
        {
            var full = $"{Class.Name}.{key}";
            value = new ClrFunction(Engine, key, (self, arguments) => function(new UserCall(_run, self, full, arguments)), 0);
        }
        else if (Class.Constants.TryGetValue(key, out var constant))
        {
            value = constant(_run);
        }

        if (value is null)
        {
            return own;
        }

        var made = new PropertyDescriptor(value, PropertyFlag.ConfigurableEnumerableWritable);
        FastSetProperty(key, made);
        return made;
    }

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver)
    {
        var own = GetOwnProperty(property);
        return own != PropertyDescriptor.Undefined ? own.Value ?? base.Get(property, receiver) : base.Get(property, receiver);
    }

    /// <inheritdoc/>
    public override string ToString() => $"[JavaClass {Class.FullName}]";

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) => Construct(arguments, this);
}
