using ChannelHost.Scripting.Java.Lang;
using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Java;

/// <summary>
/// A <c>java.lang.String</c>: an object to the language (<c>typeof</c>, <c>===</c>, truth), a text wherever a text is wanted. Java's methods come first,
/// then those of the language's own texts.
/// </summary>
internal sealed class JavaString : JavaObject
{
    public JavaString(JavaSession java, string value)
        : base(java, StringClass.Class, value)
    {
        Value = value;
        Prototype = java.StringPrototype;
    }

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override string ToText() => Value;

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver) =>
        property is JsNumber ? throw NoMember(property.ToString()) : base.Get(property, receiver);

    /// <inheritdoc/>
    public override PropertyDescriptor GetOwnProperty(JsValue property) => PropertyDescriptor.Undefined;

    /// <inheritdoc/>
    protected override JsValue GetOther(string name, JsValue property, JsValue receiver)
    {
        // As in the reference: the methods of the language's texts are there, its own length and characters are not.
        if (name is "valueOf")
        {
            return Java.Function(JavaType, StringClass.ValueOf);
        }

        var inherited = Prototype?.Get(property, this) ?? Undefined;
        return inherited.IsUndefined() && name is not ("then" or "message" or "name" or "stack" or "toJSON") ? throw NoMember(name) : inherited;
    }

    private Jint.Runtime.JavaScriptException NoMember(string name) =>
        Java.Run.TypeError($"Java class \"java.lang.String\" has no public instance field or method named \"{name}\". Use charAt or substring, or String(value) for a text of the language.");
}
