using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Running;

/// <summary>The text of whatever a script threw, read without running any of the script's code.</summary>
internal static class Thrown
{
    /// <summary>How far up a prototype chain a name is looked for.</summary>
    private const int MaxChain = 20;

    /// <summary>A text for people; never throws.</summary>
    public static string Text(JsValue? value)
    {
        switch (value)
        {
            case null or JsUndefined:
                return "Thrown: undefined";
            case JsNull:
                return "Thrown: null";
            case JsString text:
                return text.ToString();
            case TreeValue or TreeMember:
                return TreeText.Of(value);
            case JavaObject java:
                return java.ToText();
            case JsSymbol:
                return "Thrown: a symbol";
            case ObjectInstance thrown:
                return TextOf(thrown);
            default:
                return $"Thrown: {value}";
        }
    }

    private static string TextOf(ObjectInstance thrown)
    {
        var name = Data(thrown, "name");
        var message = Data(thrown, "message");
        return (name, message) switch
        {
            (null, null) => "Thrown: an object without a message",
            (null, _) => message,
            (_, null or "") => name,
            _ => $"{name}: {message}",
        };
    }

    private static string? Data(ObjectInstance thrown, string name)
    {
        var depth = 0;
        for (var at = thrown; at is not null && depth < MaxChain; at = at.Prototype, depth++)
        {
            // A proxy's traps are script code; so are getters.
            if (at.GetType().Name == "JsProxy")
            {
                return null;
            }

            var property = at.GetOwnProperty(name);
            if (property != PropertyDescriptor.Undefined)
            {
                return property.IsDataDescriptor() && property.Value is { } value && value.IsPrimitive() && !value.IsSymbol()
                    ? value.ToString()
                    : null;
            }
        }

        return null;
    }
}
