using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Java;

/// <summary>A package: names in it are classes or further packages.</summary>
internal sealed class JavaPackage : ObjectInstance
{
    private readonly JavaSession _java;

    public JavaPackage(JavaSession java, string name)
        : base(java.Run.Engine)
    {
        _java = java;
        Name = name;
        Prototype = java.Run.Engine.Intrinsics.Object.PrototypeObject;
    }

    /// <summary>The full name; empty for <c>Packages</c>.</summary>
    public string Name { get; }

    /// <summary>True for a name whose last part begins with a capital letter, as those of classes do.</summary>
    public static bool LooksLikeClass(string name) => char.IsAsciiLetterUpper(name[name.LastIndexOf('.') + 1]);

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver)
    {
        if (property is JsSymbol || property.ToString() is "toString" or "valueOf" or "toJSON" or "constructor" or "then" or "hasOwnProperty")
        {
            return base.Get(property, receiver);
        }

        var name = property.ToString();
        return name.Length == 0 ? Undefined : _java.Resolve(Name.Length == 0 ? name : $"{Name}.{name}");
    }

    /// <inheritdoc/>
    public override PropertyDescriptor GetOwnProperty(JsValue property) => PropertyDescriptor.Undefined;

    /// <inheritdoc/>
    public override bool Set(JsValue property, JsValue value, JsValue receiver) =>
        throw _java.Run.TypeError($"Java package {Name} cannot be changed.");

    /// <inheritdoc/>
    public override string ToString() => $"[JavaPackage {Name}]";
}

/// <summary>A class that is not available: says so when it is used, and not before, because scripts may only look whether it is there.</summary>
internal sealed class JavaMissingClass : Constructor
{
    private readonly JavaSession _java;
    private readonly string _name;

    public JavaMissingClass(JavaSession java, string name)
        : base(java.Run.Engine, name)
    {
        _java = java;
        _name = name;
    }

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver)
    {
        if (property is JsSymbol || property.ToString() is "prototype" or "then" or "name" or "toString")
        {
            return base.Get(property, receiver);
        }

        throw Refusal();
    }

    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget) => throw Refusal();

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) => throw Refusal();

    private Jint.Runtime.JavaScriptException Refusal() => _java.Throw("java.lang.NoClassDefFoundError", JavaClasses.WhyMissing(_name));
}
