using System.Globalization;
using System.Text;

namespace ChannelHost.Scripting.E4x;

/// <summary>
/// The text of a literal with marks where its expressions stand: an instruction among the content, a private character around the number in place of an
/// attribute's value. Expressions in a tag itself (names, whole attributes) have no place that could be marked: their text becomes part of the markup.
/// </summary>
internal static class XmlTemplateText
{
    /// <summary>The name of instructions that stand for expressions.</summary>
    public const string Instruction = "__e4x";

    /// <summary>Stands around the number of an expression in an attribute's value.</summary>
    public const char Mark = '\uE4A5';

    private enum Place
    {
        Content,
        Tag,
    }

    /// <summary>Joins the fragments.</summary>
    /// <param name="fragments">The literal's text between expressions.</param>
    /// <param name="inTag">The text of an expression that stands in a tag.</param>
    /// <param name="isFixed">True when no expression stood in a tag, so that the markup is the same at each evaluation.</param>
    public static string Join(string[] fragments, Func<int, string> inTag, out bool isFixed)
    {
        isFixed = true;
        var text = new StringBuilder();
        var place = Place.Content;
        for (var i = 0; i < fragments.Length; i++)
        {
            text.Append(fragments[i]);
            place = After(fragments[i], place);
            if (i == fragments.Length - 1)
            {
                break;
            }

            if (place == Place.Content)
            {
                text.Append(CultureInfo.InvariantCulture, $"<?{Instruction} {i}?>");
            }
            else if (fragments[i].AsSpan().TrimEnd().EndsWith("="))
            {
                text.Append(CultureInfo.InvariantCulture, $"\"{Mark}{i}{Mark}\"");
            }
            else
            {
                isFixed = false;
                text.Append(inTag(i));
            }
        }

        return text.ToString();
    }

    /// <summary>The number of the expression that an attribute's value stands for; -1 for none.</summary>
    public static int NumberIn(string value) =>
        value.Length > 2 && value[0] == Mark && value[^1] == Mark && int.TryParse(value.AsSpan(1, value.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    private static Place After(string fragment, Place place)
    {
        for (var i = 0; i < fragment.Length; i++)
        {
            if (place == Place.Tag)
            {
                switch (fragment[i])
                {
                    case '>':
                        place = Place.Content;
                        break;
                    case '"' or '\'':
                        i = Skip(fragment, i + 1, fragment[i].ToString());
                        break;
                }

                continue;
            }

            if (fragment[i] != '<')
            {
                continue;
            }

            var rest = fragment.AsSpan(i);
            if (rest.StartsWith("<!--"))
            {
                i = Skip(fragment, i + 4, "-->");
            }
            else if (rest.StartsWith("<![CDATA["))
            {
                i = Skip(fragment, i + 9, "]]>");
            }
            else if (rest.StartsWith("<?"))
            {
                i = Skip(fragment, i + 2, "?>");
            }
            else
            {
                place = Place.Tag;
            }
        }

        return place;
    }

    private static int Skip(string fragment, int from, string end)
    {
        var at = from <= fragment.Length ? fragment.IndexOf(end, from, StringComparison.Ordinal) : -1;
        return at < 0 ? fragment.Length : at + end.Length - 1;
    }
}
