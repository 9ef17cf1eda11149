using System.Globalization;
using System.Text;

namespace ChannelHost.Engine.Attachments;

/// <summary>Replacements in the text of attachments, in order. <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\\</c> and <c>\u000A</c> stand for the characters they mean.</summary>
internal sealed class AttachmentReplacements(IReadOnlyList<(string From, string To)> replacements)
{
    private readonly (string From, string To)[] _replacements = [.. replacements.Where(one => one.From.Length > 0).Select(one => (Meant(one.From), Meant(one.To)))];

    /// <summary>True when there are none.</summary>
    public bool IsEmpty => _replacements.Length == 0;

    /// <summary>A text with everything replaced.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fill">Fills in what a replacement itself asks for; null for nothing.</param>
    public string Apply(string text, Func<string, string>? fill = null)
    {
        foreach (var (from, to) in _replacements)
        {
            text = text.Replace(from, fill is null ? to : fill(to), StringComparison.Ordinal);
        }

        return text;
    }

    private static string Meant(string written)
    {
        var meant = new StringBuilder(written.Length);
        for (var at = 0; at < written.Length; at++)
        {
            if (written[at] != '\\' || at + 1 == written.Length)
            {
                meant.Append(written[at]);
                continue;
            }

            var letter = written[++at];
            if (letter == 'u' && at + 4 < written.Length && int.TryParse(written.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                meant.Append((char)code);
                at += 4;
                continue;
            }

            _ = letter switch
            {
                'n' => meant.Append('\n'),
                'r' => meant.Append('\r'),
                't' => meant.Append('\t'),
                '\\' => meant.Append('\\'),
                _ => meant.Append('\\').Append(letter),
            };
        }

        return meant.ToString();
    }
}
