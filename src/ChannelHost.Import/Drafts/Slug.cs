using System.Globalization;
using System.Text;

namespace ChannelHost.Import.Drafts;

/// <summary>Names that people gave, as names that files and settings can have.</summary>
internal static class Slug
{
    private const int Longest = 64;

    /// <summary>Lower case letters, digits and hyphens.</summary>
    /// <param name="text">The name.</param>
    /// <param name="otherwise">What it is called when nothing is left of it.</param>
    public static string Of(string text, string otherwise) => Make(text, otherwise, keepCase: false);

    /// <summary>The same with its capitals: names that scripts may say stay as near as they can.</summary>
    public static string Cased(string text, string otherwise) => Make(text, otherwise, keepCase: true);

    /// <summary>At most so many characters of a slug.</summary>
    public static string Cut(string slug, int length) => slug.Length <= length ? slug : slug[..length].TrimEnd('-');

    private static string Make(string text, string otherwise, bool keepCase)
    {
        var slug = new StringBuilder();
        foreach (var character in string.Concat(text.Where(character => !char.IsSurrogate(character))).Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(character) || (keepCase && character is '_' or '.' && slug.Length > 0))
            {
                slug.Append(keepCase ? character : char.ToLowerInvariant(character));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var made = Cut(slug.ToString().Trim('-', '.'), Longest);
        return made.Length > 0 ? made : otherwise;
    }
}
