using System.Collections.Frozen;
using ChannelHost.Scripting.Running;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>Writes a user class down.</summary>
/// <typeparam name="T">What stands behind its objects.</typeparam>
internal sealed class UserClassBuilder<T>(string package, string name)
    where T : class
{
    private readonly JsObjectShape.Builder _members = new();
    private readonly Dictionary<string, UserFunction> _statics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<ScriptRun, JsValue>> _constants = new(StringComparer.Ordinal);
    private Func<UserCall, object>? _create;
    private Func<object, string>? _describe;
    private Func<object, object?>? _plain;
    private bool _hasText;

    /// <summary>A method of its objects.</summary>
    public UserClassBuilder<T> Method(string method, Func<T, UserCall, JsValue> body, int length = 0)
    {
        var full = $"{name}.{method}";
        _hasText |= method == "toString";
        _members.Method(method, (self, arguments) => Call(self, full, arguments, body), length, enumerable: false);
        return this;
    }

    /// <summary>A value of its objects: <c>getName()</c> and <c>name</c>; with a setter also <c>setName(value)</c> and <c>name = value</c>.</summary>
    /// <param name="property">With a capital: <c>MessageId</c>.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Writes the first argument; null when it cannot be written.</param>
    /// <param name="getter">The word before the name: <c>get</c> or <c>is</c>.</param>
    public UserClassBuilder<T> Property(string property, Func<T, UserCall, JsValue> get, Action<T, UserCall>? set = null, string getter = "get")
    {
        var bean = char.ToLowerInvariant(property[0]) + property[1..];
        Method(getter + property, get);
        if (set is null)
        {
            _members.Accessor(bean, (self, arguments) => Call(self, $"{name}.{bean}", arguments, get), null, enumerable: true);
            return this;
        }

        JsValue Set(T state, UserCall call)
        {
            set(state, call);
            return JsValue.Undefined;
        }

        Method("set" + property, Set, 1);
        _members.Accessor(
            bean, (self, arguments) => Call(self, $"{name}.{bean}", arguments, get), (self, arguments) => Call(self, $"{name}.{bean}", arguments, Set), enumerable: true);
        return this;
    }

    /// <summary>A function of the class itself.</summary>
    public UserClassBuilder<T> Static(string function, UserFunction body)
    {
        _statics[function] = body;
        return this;
    }

    /// <summary>A value of the class itself.</summary>
    public UserClassBuilder<T> Constant(string constant, Func<ScriptRun, JsValue> value)
    {
        _constants[constant] = value;
        return this;
    }

    /// <summary>Makes the state of <c>new Name(...)</c>.</summary>
    public UserClassBuilder<T> Constructor(Func<UserCall, T> create)
    {
        _create = create;
        return this;
    }

    /// <summary>The text of its objects.</summary>
    public UserClassBuilder<T> Text(Func<T, string> describe)
    {
        _describe = state => describe((T)state);
        return this;
    }

    /// <summary>What a map keeps of an object.</summary>
    public UserClassBuilder<T> Plain(Func<T, object?> plain)
    {
        _plain = state => plain((T)state);
        return this;
    }

    /// <summary>The class.</summary>
    public UserClass Build()
    {
        if (!_hasText)
        {
            Method("toString", static (_, call) => call.Run.Text(call.Self.ToString()));
        }

        Method("equals", static (state, call) => ReferenceEquals(call.Self, call[0]) || (call.State<T>(0) is { } other && state.Equals(other)), 1);
        Method("hashCode", static (state, _) => state.GetHashCode());
        return new UserClass
        {
            Name = name,
            Package = package,
            Members = _members.Build(),
            Statics = _statics.ToFrozenDictionary(StringComparer.Ordinal),
            Constants = _constants.ToFrozenDictionary(StringComparer.Ordinal),
            Create = _create,
            Describe = _describe,
            Plain = _plain,
        };
    }

    private static JsValue Call(JsValue self, string full, JsValue[] arguments, Func<T, UserCall, JsValue> body) =>
        self is UserObject { State: T state } target
            ? body(state, new UserCall(target.Run, self, full, arguments))
            : throw new InvalidOperationException($"{full} was called without its object.");
}

/// <summary>Where user classes are at home.</summary>
internal static class Packages
{
    /// <summary>Those that client and server share.</summary>
    public const string Shared = "com.mirth.connect.userutil";

    /// <summary>Those of the server.</summary>
    public const string Server = "com.mirth.connect.server.userutil";
}
