using System.Text;
using System.Text.RegularExpressions;

namespace ChannelHost.Abstractions;

/// <summary>The methods of Java's strings that templates use.</summary>
internal static class StringMembers
{
    // Patterns stand in channel files, texts come from outside: a pattern that backtracks without end must not hold a message for longer.
    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    /// <summary>Calls a method; false when there is none, or when it fails (an index outside of the text).</summary>
    public static bool TryCall(string text, string method, object?[] arguments, TemplateDialect dialect, out object? result)
    {
        var texts = Array.ConvertAll(arguments, argument => ValueText.Of(argument, dialect));
        try
        {
            result = arguments.Length switch
            {
                0 => None(text, method),
                1 when texts[0] is { } only => ValueMembers.Number(arguments[0]) is { } number ? WithNumber(text, method, number) : WithText(text, method, only),
                2 when texts is [{ } first, { } second] => Two(text, method, arguments, first, second),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is ArgumentException or RegexMatchTimeoutException)
        {
            result = null;
        }

        return result is not null;
    }

    private static object? None(string text, string method) => method switch
    {
        "length" => (long)text.Length,
        "isEmpty" => text.Length == 0,
        "isBlank" => string.IsNullOrWhiteSpace(text),
        "trim" or "strip" => text.Trim(),
        "toUpperCase" => text.ToUpperInvariant(),
        "toLowerCase" => text.ToLowerInvariant(),
        _ => null,
    };

    private static string? WithNumber(string text, string method, double number)
    {
        var place = (int)number;
        return method switch
        {
            "substring" => text[place..],
            "charAt" => text.Substring(place, 1),
            "repeat" => text.Length * number > TemplateRun.Longest ? throw TemplateRun.TooLong() : new StringBuilder().Insert(0, text, place).ToString(),
            _ => null,
        };
    }

    private static object? WithText(string text, string method, string other) => method switch
    {
        "equals" => text == other,
        "equalsIgnoreCase" => text.Equals(other, StringComparison.OrdinalIgnoreCase),
        "contains" => text.Contains(other, StringComparison.Ordinal),
        "startsWith" => text.StartsWith(other, StringComparison.Ordinal),
        "endsWith" => text.EndsWith(other, StringComparison.Ordinal),
        "indexOf" => (long)text.IndexOf(other, StringComparison.Ordinal),
        "lastIndexOf" => (long)text.LastIndexOf(other, StringComparison.Ordinal),
        "concat" => TemplateRun.Join(text, other),
        "compareTo" => (long)string.CompareOrdinal(text, other),
        "matches" => Regex.IsMatch(text, $"^(?:{other})\\z", RegexOptions.CultureInvariant, PatternTime),
        "split" => Split(text, other, 0),
        _ => null,
    };

    private static object? Two(string text, string method, object?[] arguments, string first, string second) => (method, ValueMembers.Number(arguments[0]), ValueMembers.Number(arguments[1])) switch
    {
        ("substring", { } from, { } to) => text[(int)from..(int)to],
        ("replace", _, _) => first.Length == 0 ? null : Replace(text, first, second),
        ("replaceAll", _, _) => ReplaceMatches(text, first, Replacement(second), int.MaxValue),
        ("replaceFirst", _, _) => ReplaceMatches(text, first, Replacement(second), 1),
        ("split", _, { } count) => Split(text, first, (int)count),
        ("indexOf", _, { } from) => (long)text.IndexOf(first, Math.Clamp((int)from, 0, text.Length), StringComparison.Ordinal),
        _ => null,
    };

    private static string Replace(string text, string from, string to)
    {
        if (to.Length > from.Length)
        {
            // Counted first: what would be too long is not even made.
            var grows = to.Length - from.Length;
            var length = (long)text.Length;
            for (var at = text.IndexOf(from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(from, at + from.Length, StringComparison.Ordinal))
            {
                length += grows;
                if (length > TemplateRun.Longest)
                {
                    throw TemplateRun.TooLong();
                }
            }
        }

        return text.Replace(from, to, StringComparison.Ordinal);
    }

    private static string ReplaceMatches(string text, string pattern, string replacement, int count)
    {
        var length = (long)text.Length;
        return new Regex(pattern, RegexOptions.CultureInvariant, PatternTime).Replace(
            text,
            match =>
            {
                var put = match.Result(replacement);
                length += put.Length - match.Length;
                return length > TemplateRun.Longest ? throw TemplateRun.TooLong() : put;
            },
            count);
    }

    // As Java does: what a match of no width leaves before the first character is not counted, empty texts at the end neither unless a count is given.
    private static List<object?> Split(string text, string pattern, int count)
    {
        var parts = new List<object?>();
        var from = 0;
        foreach (var match in new Regex(pattern, RegexOptions.CultureInvariant, PatternTime).EnumerateMatches(text))
        {
            if (count > 0 && parts.Count == count - 1)
            {
                break;
            }

            if (match.Index + match.Length > 0 && (match.Length > 0 || match.Index < text.Length))
            {
                parts.Add(text[from..match.Index]);
                from = match.Index + match.Length;
            }
        }

        parts.Add(text[from..]);
        while (count == 0 && parts.Count > 1 && parts[^1] is "")
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return parts;
    }

    /// <summary>A replacement in Java's words (<c>$1</c>, <c>\$</c>) in those of this platform.</summary>
    private static string Replacement(string java)
    {
        var text = new StringBuilder(java.Length + 8);
        for (var at = 0; at < java.Length; at++)
        {
            if (java[at] == '\\' && at + 1 < java.Length)
            {
                at++;
                text.Append(java[at] == '$' ? "$$" : java[at]);
            }
            else if (java[at] == '$' && at + 1 < java.Length && char.IsAsciiDigit(java[at + 1]))
            {
                text.Append("${").Append(java[++at]).Append('}');
            }
            else
            {
                text.Append(java[at] == '$' ? "$$" : java[at]);
            }
        }

        return text.ToString();
    }
}
