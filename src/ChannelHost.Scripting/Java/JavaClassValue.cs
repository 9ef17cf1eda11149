using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Java;

/// <summary>A Java class as scripts hold it: <c>new</c>, static methods, constants, nested classes, <c>instanceof</c>.</summary>
internal sealed class JavaClassValue : Constructor
{
    private readonly JavaSession _java;
    private ClrFunction? _hasInstance;

    public JavaClassValue(JavaSession java, JavaClass type)
        : base(java.Run.Engine, type.Name)
    {
        _java = java;
        JavaType = type;
    }

    /// <summary>The class.</summary>
    public JavaClass JavaType { get; }

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver)
    {
        if (property is JsSymbol)
        {
            return ReferenceEquals(property, GlobalSymbolRegistry.HasInstance)
                ? _hasInstance ??= new ClrFunction(Engine, "[Symbol.hasInstance]", (_, arguments) => arguments is [JavaObject { JavaType: var type }] && type.Is(JavaType))
                : base.Get(property, receiver);
        }

        var name = property.ToString();
        if (JavaType.FindStatic(name) is { } method)
        {
            return _java.Function(JavaType, method);
        }

        if (JavaType.FindConstant(name) is { } constant)
        {
            return constant(new JavaCall(_java, JavaType, this, []));
        }

        if (JavaClasses.Find(JavaType.Name + "$" + name) is { } nested)
        {
            return _java.Class(nested);
        }

        if (name == "class")
        {
            return new JavaObject(_java, Lang.ObjectClass.ClassOfClass, JavaType);
        }

        switch (name)
        {
            case "toString":
                return new ClrFunction(Engine, name, (_, _) => ToString());
            case "name":
                return JavaType.Name;
        }

        // What the language itself asks of functions is no member that was misspelt.
        var inherited = base.Get(property, receiver);
        return inherited.IsUndefined() && name is not ("then" or "length" or "prototype" or "caller" or "arguments" or "toJSON")
            ? throw _java.Run.TypeError($"Java class {JavaType.Name} has no static method or constant '{name}' here.")
            : inherited;
    }

    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget)
    {
        if (JavaType.FunctionalMethod is not null && arguments.Length > 0)
        {
            return new JavaObject(_java, JavaType, arguments[0]);
        }

        if (JavaType.Constructor is not { } constructor)
        {
            throw _java.Run.TypeError($"Java class {JavaType.Name} has no constructor here.");
        }

        ObjectInstance? made = null;
        _java.Invoke(
            JavaType,
            call =>
            {
                var state = constructor(call);
                made = state as JavaObject ?? (JavaType == Lang.StringClass.Class ? new JavaString(_java, (string)state) : new JavaObject(_java, JavaType, state));
                return made;
            },
            this,
            arguments);
        return made!;
    }

    /// <summary>Static methods are its own: the engine's short way to what functions inherit (<c>toString</c>) must not go past them.</summary>
    public override PropertyDescriptor GetOwnProperty(JsValue property) =>
        property is JsSymbol ? base.GetOwnProperty(property)
        : JavaType.FindStatic(property.ToString()) is { } method ? new PropertyDescriptor(_java.Function(JavaType, method), PropertyFlag.AllForbidden)
        : PropertyDescriptor.Undefined;

    /// <inheritdoc/>
    public override bool Set(JsValue property, JsValue value, JsValue receiver) =>
        throw _java.Run.TypeError($"Java class {JavaType.Name} cannot be changed.");

    /// <inheritdoc/>
    public override string ToString() => $"[JavaClass {JavaType.Name}]";

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) => Construct(arguments, this);
}
