using System.Text.RegularExpressions;
using Jint.Native;

namespace ChannelHost.Scripting.Trees;

/// <summary>Methods of Java's strings on simple content, where the language's own strings have none of that name.</summary>
internal static class TreeJavaText
{
    /// <summary>The text of simple content.</summary>
    public static string Of(TreeValue self, string method) => self.HasSimpleContent
        ? self.ToText()
        : throw self.Document.Run.TypeError($"'{method}' is a method of texts; this element has elements inside. Use toString() first, or name the element that holds the text.");

    /// <summary>True when the whole text matches a pattern.</summary>
    public static JsValue Matches(TreeValue self, JsValue pattern) =>
        Read(self, $"^(?:{TreeText.Of(pattern)})\\z", regex => regex.IsMatch(Of(self, "matches")));

    /// <summary>Replaces the first match of a pattern.</summary>
    public static JsValue ReplaceFirst(TreeValue self, JsValue pattern, JsValue replacement) =>
        Read(self, TreeText.Of(pattern), regex => (JsValue)regex.Replace(Of(self, "replaceFirst"), TreeText.Of(replacement), 1));

    private static JsValue Read(TreeValue self, string pattern, Func<Regex, JsValue> use)
    {
        var run = self.Document.Run;
        try
        {
            var result = use(new Regex(pattern, RegexOptions.CultureInvariant, run.Limits.RegexTime));
            run.Limits.Check();
            return result;
        }
        catch (RegexParseException exception)
        {
            throw run.Error($"The pattern cannot be read: {exception.Message}");
        }
        catch (RegexMatchTimeoutException)
        {
            throw run.Limits.OutOfTime("A regular expression took longer than it may.");
        }
    }
}
