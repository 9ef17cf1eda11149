using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.Guards;
using ChannelHost.Scripting.Running;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary>
/// The methods that only Java's texts have, given to the language's own: what maps hand out by default are plain texts, and imported scripts call
/// <c>equals</c> and <c>isEmpty</c> on them. Only in units whose text has the name.
/// </summary>
internal static class StringMethods
{
    private static readonly string[] Added =
    [
        "equals", "equalsIgnoreCase", "contains", "isEmpty", "isBlank", "matches", "getBytes", "hashCode", "compareTo", "compareToIgnoreCase", "replaceFirst",
        "toCharArray", "strip", "stripLeading", "stripTrailing", "contentEquals", "getClass", "intern",
    ];

    /// <summary>Those that a unit's scripts name.</summary>
    public static string[] NamedIn(IReadOnlyList<ParsedScript> scripts) =>
        [.. Added.Where(name => scripts.Any(script => script.File.Text.Contains(name, StringComparison.Ordinal)))];

    /// <summary>Puts them on the language's texts.</summary>
    public static void Install(ScriptRun run, string[] names)
    {
        if (names.Length == 0 || run.Engine.Global.Get("String") is not ObjectInstance constructor || constructor.Get("prototype") is not ObjectInstance prototype)
        {
            return;
        }

        foreach (var name in names)
        {
            if (!prototype.HasOwnProperty(name))
            {
                GuardedBuiltIns.Replace(prototype, run, name, 1, (run, self, arguments) => Call(run, name, self, arguments));
            }
        }
    }

    private static Jint.Native.JsValue Call(ScriptRun run, string name, Jint.Native.JsValue self, Jint.Native.JsValue[] arguments)
    {
        var text = new JavaString(run.Java, JavaText.Of(self));
        var method = StringClass.Class.FindMethod(name)!;
        var result = run.Java.Invoke(StringClass.Class, method.Body, text, arguments);

        // A text of the language answers with texts of the language.
        return result is JavaString java ? java.Value : result;
    }
}
