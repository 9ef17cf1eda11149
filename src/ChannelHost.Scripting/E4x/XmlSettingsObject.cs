using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.E4x;

/// <summary>The settings as scripts see them: properties of <c>XML</c>, <c>settings()</c>, <c>setSettings(object)</c>, <c>defaultSettings()</c>.</summary>
internal static class XmlSettingsObject
{
    private const int MostIndent = 16;

    /// <summary>Puts them on the constructor.</summary>
    public static void Install(ScriptRun run, ObjectInstance constructor)
    {
        var settings = run.Xml.Settings;
        foreach (var name in XmlSettings.Names)
        {
            var get = new ClrFunction(run.Engine, "get " + name, (_, _) => Read(settings, name), 0);
            var set = new ClrFunction(run.Engine, "set " + name, (_, a) => Write(settings, name, TreeMethods.At(a, 0)), 1);
            constructor.FastSetProperty(name, new GetSetPropertyDescriptor(get, set, enumerable: true));
        }

        Method(run, constructor, "settings", _ => ToObject(run, settings));
        Method(run, constructor, "defaultSettings", _ => ToObject(run, new XmlSettings()));
        Method(run, constructor, "setSettings", value => Take(settings, value));
    }

    private static void Method(ScriptRun run, ObjectInstance constructor, string name, Func<JsValue, JsValue> body) => constructor.FastSetProperty(
        name,
        new PropertyDescriptor(new ClrFunction(run.Engine, name, (_, a) => body(TreeMethods.At(a, 0)), 0), PropertyFlag.NonEnumerable));

    private static JsObject ToObject(ScriptRun run, XmlSettings settings)
    {
        var result = new JsObject(run.Engine);
        foreach (var name in XmlSettings.Names)
        {
            result.CreateDataProperty(name, Read(settings, name));
        }

        return result;
    }

    // Without an object, all go back to what they were. A property of another type than the setting's is passed over (13.4.3.5).
    private static JsValue Take(XmlSettings settings, JsValue value)
    {
        var defaults = new XmlSettings();
        foreach (var name in XmlSettings.Names)
        {
            var wanted = value is ObjectInstance from ? from.Get(name) : Read(defaults, name);
            if (value.IsNothing() || wanted.Type == Read(defaults, name).Type)
            {
                Write(settings, name, wanted);
            }
        }

        return JsValue.Undefined;
    }

    private static JsValue Read(XmlSettings settings, string name) => name switch
    {
        "ignoreComments" => settings.IgnoreComments,
        "ignoreProcessingInstructions" => settings.IgnoreProcessingInstructions,
        "ignoreWhitespace" => settings.IgnoreWhitespace,
        "prettyPrinting" => settings.PrettyPrinting,
        _ => settings.PrettyIndent,
    };

    private static JsValue Write(XmlSettings settings, string name, JsValue value)
    {
        switch (name)
        {
            case "ignoreComments":
                settings.IgnoreComments = TypeConverter.ToBoolean(value);
                break;
            case "ignoreProcessingInstructions":
                settings.IgnoreProcessingInstructions = TypeConverter.ToBoolean(value);
                break;
            case "ignoreWhitespace":
                settings.IgnoreWhitespace = TypeConverter.ToBoolean(value);
                break;
            case "prettyPrinting":
                settings.PrettyPrinting = TypeConverter.ToBoolean(value);
                break;
            default:
                settings.PrettyIndent = Math.Clamp(TypeConverter.ToInt32(value), 0, MostIndent);
                break;
        }

        return JsValue.Undefined;
    }
}
