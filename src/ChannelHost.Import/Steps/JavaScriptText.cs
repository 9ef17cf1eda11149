using System.Globalization;
using System.Text;

namespace ChannelHost.Import.Steps;

/// <summary>Texts as JavaScript writes them.</summary>
internal static class JavaScriptText
{
    /// <summary>A literal in single quotes.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("'");
        foreach (var character in text)
        {
            _ = character switch
            {
                '\'' => literal.Append("\\'"),
                '\\' => literal.Append("\\\\"),
                '\n' => literal.Append("\\n"),
                '\r' => literal.Append("\\r"),
                '\u2028' or '\u2029' or < ' ' => literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
                _ => literal.Append(character),
            };
        }

        return literal.Append('\'').ToString();
    }

    /// <summary>A text fit for a comment of one line.</summary>
    public static string Remark(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) || character is '\u2028' or '\u2029' ? ' ' : character)).Trim();

    /// <summary>An expression that the export holds; <c>''</c> for none.</summary>
    public static string Expression(string? text) => string.IsNullOrWhiteSpace(text) ? "''" : text.Trim().TrimEnd(';');

    /// <summary>Whether the last line of an expression ends in a comment, behind which nothing may follow on that line.</summary>
    public static bool EndsInComment(string expression) =>
        expression[(expression.LastIndexOf('\n') + 1)..].Contains("//", StringComparison.Ordinal);
}
