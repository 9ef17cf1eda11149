using System.Buffers;
using System.Text;
using ChannelHost.Scripting.Guards;
using ChannelHost.Scripting.Java.Lang;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Commons;

/// <summary><c>org.apache.commons.lang3.StringUtils</c>: null is taken everywhere.</summary>
internal static class StringUtilsClass
{
    /// <summary>The class.</summary>
    public static readonly JavaClass Class = new JavaClass("org.apache.commons.lang3.StringUtils")
        .Static("isBlank", static call => string.IsNullOrWhiteSpace(call.TextOrNull(0)))
        .Static("isNotBlank", static call => !string.IsNullOrWhiteSpace(call.TextOrNull(0)))
        .Static("isEmpty", static call => string.IsNullOrEmpty(call.TextOrNull(0)))
        .Static("isNotEmpty", static call => !string.IsNullOrEmpty(call.TextOrNull(0)))
        .Static("isNumeric", static call => All(call, char.IsDigit))
        .Static("isAlpha", static call => All(call, char.IsLetter))
        .Static("isAlphanumeric", static call => All(call, char.IsLetterOrDigit))
        .Static("isNumericSpace", static call => call.TextOrNull(0) is { } text && text.All(c => char.IsDigit(c) || c == ' '))
        .Static("isAllUpperCase", static call => All(call, char.IsUpper))
        .Static("isAllLowerCase", static call => All(call, char.IsLower))
        .Static("trim", static call => call.Return(call.TextOrNull(0) is { } text ? StringClass.Trim(text) : null))
        .Static("trimToEmpty", static call => call.Return(StringClass.Trim(call.TextOrNull(0) ?? "")))
        .Static("trimToNull", static call => call.Return(StringClass.Trim(call.TextOrNull(0) ?? "") is { Length: > 0 } text ? text : null))
        .Static("strip", static call => call.Return(call.TextOrNull(0)?.Trim(Stripped(call))))
        .Static("stripStart", static call => call.Return(call.TextOrNull(0)?.TrimStart(Stripped(call))))
        .Static("stripEnd", static call => call.Return(call.TextOrNull(0)?.TrimEnd(Stripped(call))))
        .Static("stripToEmpty", static call => call.Return((call.TextOrNull(0) ?? "").Trim()))
        .Static("defaultString", static call => call.Return(call.TextOrNull(0) ?? call.TextOrNull(1) ?? ""))
        .Static("defaultIfEmpty", static call => string.IsNullOrEmpty(call.TextOrNull(0)) ? call[1] : call[0])
        .Static("defaultIfBlank", static call => string.IsNullOrWhiteSpace(call.TextOrNull(0)) ? call[1] : call[0])
        .Static("equals", static call => string.Equals(call.TextOrNull(0), call.TextOrNull(1), StringComparison.Ordinal))
        .Static("equalsIgnoreCase", static call => string.Equals(call.TextOrNull(0), call.TextOrNull(1), StringComparison.OrdinalIgnoreCase))
        .Static("compare", static call => StringClass.Compare(call.TextOrNull(0) ?? "", call.TextOrNull(1) ?? ""))
        .Static("contains", static call => Both(call, (text, part) => TextSearch.Contains(call.Run.Limits, text, part)))
        .Static("containsIgnoreCase", static call => Both(call, (text, part) => TextSearch.Contains(call.Run.Limits, text, part, StringComparison.OrdinalIgnoreCase)))
        .Static("containsAny", static call => call.TextOrNull(0) is { } text && text.AsSpan().IndexOfAny(call.Text(1)) >= 0)
        .Static("containsOnly", static call => call.TextOrNull(0) is { } text && text.AsSpan().IndexOfAnyExcept(call.Text(1)) < 0)
        .Static("startsWith", static call => Both(call, static (text, part) => text.StartsWith(part, StringComparison.Ordinal)))
        .Static("startsWithIgnoreCase", static call => Both(call, static (text, part) => text.StartsWith(part, StringComparison.OrdinalIgnoreCase)))
        .Static("endsWith", static call => Both(call, static (text, part) => text.EndsWith(part, StringComparison.Ordinal)))
        .Static("endsWithIgnoreCase", static call => Both(call, static (text, part) => text.EndsWith(part, StringComparison.OrdinalIgnoreCase)))
        .Static("indexOf", static call => call.TextOrNull(0) is { } text ? TextSearch.IndexOf(call.Run.Limits, text, call.Text(1), Math.Clamp(call.Int(2, 0), 0, text.Length)) : -1)
        .Static("lastIndexOf", static call => call.TextOrNull(0) is { } text ? TextSearch.LastIndexOf(call.Run.Limits, text, call.Text(1), call.Int(2, text.Length)) : -1)
        .Static("countMatches", static call => TextSearch.Count(call.Run.Limits, call.TextOrNull(0) ?? "", call.TextOrNull(1) ?? ""))
        .Static("length", static call => call.TextOrNull(0)?.Length ?? 0)
        .Static("upperCase", static call => call.Return(call.TextOrNull(0)?.ToUpperInvariant()))
        .Static("lowerCase", static call => call.Return(call.TextOrNull(0)?.ToLowerInvariant()))
        .Static("capitalize", static call => call.Return(First(call.TextOrNull(0), char.ToUpperInvariant)))
        .Static("uncapitalize", static call => call.Return(First(call.TextOrNull(0), char.ToLowerInvariant)))
        .Static("swapCase", static call => call.Return(call.TextOrNull(0) is { } text ? string.Concat(text.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))) : null))
        .Static("reverse", static call => call.Return(call.TextOrNull(0) is { } text ? string.Concat(text.Reverse()) : null))
        .Static("leftPad", static call => call.Return(Pad(call, left: true, right: false)))
        .Static("rightPad", static call => call.Return(Pad(call, left: false, right: true)))
        .Static("center", static call => call.Return(Pad(call, left: true, right: true)))
        .Static("repeat", static call => call.Return(StringClass.Repeat(call, call.Text(0), Math.Max(0, call.Int(1)))))
        .Static("left", static call => call.Return(call.TextOrNull(0) is { } text ? text[..Math.Clamp(call.Int(1), 0, text.Length)] : null))
        .Static("right", static call => call.Return(call.TextOrNull(0) is { } text ? text[^Math.Clamp(call.Int(1), 0, text.Length)..] : null))
        .Static("mid", static call => call.Return(call.TextOrNull(0) is { } text ? Cut(text, Math.Max(0, call.Int(1)), Math.Max(0, call.Int(1)) + Math.Max(0, call.Int(2))) : null))
        .Static("substring", static call => call.Return(Substring(call)))
        .Static("substringBefore", static call => call.Return(Split(call, (text, mark) => TextSearch.IndexOf(call.Run.Limits, text, mark) is var at and >= 0 ? text[..at] : text)))
        .Static("substringBeforeLast", static call => call.Return(Split(call, (text, mark) => TextSearch.LastIndexOf(call.Run.Limits, text, mark) is var at and >= 0 ? text[..at] : text)))
        .Static("substringAfter", static call => call.Return(Split(call, (text, mark) => TextSearch.IndexOf(call.Run.Limits, text, mark) is var at and >= 0 ? text[(at + mark.Length)..] : "")))
        .Static("substringAfterLast", static call => call.Return(Split(call, (text, mark) => TextSearch.LastIndexOf(call.Run.Limits, text, mark) is var at and >= 0 ? text[(at + mark.Length)..] : "")))
        .Static("substringBetween", static call => call.Return(Between(call)))
        .Static("replace", static call => call.Return(Replace(call, call.TextOrNull(1), call.TextOrNull(2))))
        .Static("replaceOnce", static call => call.Return(ReplaceOnce(call)))
        .Static("remove", static call => call.Return(Replace(call, call.TextOrNull(1), "")))
        .Static("replaceChars", static call => call.Return(ReplaceChars(call)))
        .Static("removeStart", static call => call.Return(call.TextOrNull(0) is { } text && call.TextOrNull(1) is { } start && text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : call.TextOrNull(0)))
        .Static("removeEnd", static call => call.Return(call.TextOrNull(0) is { } text && call.TextOrNull(1) is { } end && text.EndsWith(end, StringComparison.Ordinal) ? text[..^end.Length] : call.TextOrNull(0)))
        .Static("deleteWhitespace", static call => call.Return(call.TextOrNull(0) is { } text ? string.Concat(text.Where(c => !char.IsWhiteSpace(c))) : null))
        .Static("normalizeSpace", static call => call.Return(call.TextOrNull(0) is { } text ? string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : null))
        .Static("chomp", static call => call.Return(call.TextOrNull(0) is { } text ? text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.Length > 0 && text[^1] is '\n' or '\r' ? text[..^1] : text : null))
        .Static("abbreviate", static call => call.Return(call.TextOrNull(0) is { } text && text.Length > call.Int(1) ? Cut(text, 0, Math.Max(0, call.Int(1) - 3)) + "..." : call.TextOrNull(0)))
        .Static("join", static call => call.Return(Join(call)))
        .Static("split", static call => Words(call, keepsEmpty: false))
        .Static("splitPreserveAllTokens", static call => Words(call, keepsEmpty: true))
        .Static("splitByWholeSeparator", static call => WholeWords(call))
        .Constant("EMPTY", static call => call.Return(""))
        .Constant("SPACE", static call => call.Return(" "))
        .Constant("LF", static call => call.Return("\n"))
        .Constant("CR", static call => call.Return("\r"));

    private static bool All(JavaCall call, Func<char, bool> test) => call.TextOrNull(0) is { Length: > 0 } text && text.All(test);

    private static bool Both(JavaCall call, Func<string, string, bool> test) => call.TextOrNull(0) is { } text && call.TextOrNull(1) is { } part && test(text, part);

    private static char[]? Stripped(JavaCall call) => call.TextOrNull(1)?.ToCharArray();

    private static string? First(string? text, Func<char, char> change) => string.IsNullOrEmpty(text) ? text : change(text[0]) + text[1..];

    private static string Cut(string text, int from, int to) => text[Math.Clamp(from, 0, text.Length)..Math.Clamp(to, Math.Clamp(from, 0, text.Length), text.Length)];

    private static string? Pad(JavaCall call, bool left, bool right)
    {
        if (call.TextOrNull(0) is not { } text)
        {
            return null;
        }

        var (size, fill) = (call.Int(1), call[2] is JsNumber code ? char.ConvertFromUtf32((int)(JavaValues.NumberOf(code) ?? 32)) : call.TextOrNull(2) is { Length: > 0 } given ? given : " ");
        call.Run.Limits.CheckLength(size);
        var missing = Math.Max(0, size - text.Length);
        var before = left && right ? missing / 2 : left ? missing : 0;
        return Fill(fill, before) + text + Fill(fill, missing - before);
    }

    private static string Fill(string fill, int count) => string.Create(count, fill, static (target, fill) =>
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = fill[i % fill.Length];
        }
    });

    private static string? Substring(JavaCall call)
    {
        if (call.TextOrNull(0) is not { } text)
        {
            return null;
        }

        var (from, to) = (call.Int(1), call.Int(2, text.Length));
        return Cut(text, from < 0 ? from + text.Length : from, to < 0 ? to + text.Length : to);
    }

    private static string? Split(JavaCall call, Func<string, string, string> cut) =>
        call.TextOrNull(0) is { } text && call.TextOrNull(1) is { } mark ? cut(text, mark) : call.TextOrNull(0);

    private static string? Between(JavaCall call)
    {
        if (call.TextOrNull(0) is not { } text || call.TextOrNull(1) is not { } open)
        {
            return null;
        }

        var close = call.TextOrNull(2) ?? open;
        var start = TextSearch.IndexOf(call.Run.Limits, text, open);
        var end = start < 0 ? -1 : TextSearch.IndexOf(call.Run.Limits, text, close, start + open.Length);
        return end < 0 ? null : text[(start + open.Length)..end];
    }

    private static string? Replace(JavaCall call, string? from, string? to)
    {
        if (call.TextOrNull(0) is not { } text || string.IsNullOrEmpty(from) || to is null)
        {
            return call.TextOrNull(0);
        }

        return TextSearch.Replace(call.Run.Limits, text, from, to);
    }

    private static string? ReplaceOnce(JavaCall call)
    {
        var (text, from) = (call.TextOrNull(0), call.TextOrNull(1));
        var at = text is null || string.IsNullOrEmpty(from) ? -1 : TextSearch.IndexOf(call.Run.Limits, text, from);
        return at < 0 ? text : string.Concat(text.AsSpan(0, at), call.Text(2), text.AsSpan(at + from!.Length));
    }

    private static string? ReplaceChars(JavaCall call)
    {
        var (from, to) = (call.Text(1), call.TextOrNull(2) ?? "");
        var text = call.TextOrNull(0);
        if (text is null)
        {
            return null;
        }

        var result = new StringBuilder();
        var isQuick = (double)text.Length * from.Length < 1e8;
        foreach (var c in text)
        {
            if (!isQuick)
            {
                call.Run.Limits.Check();
            }

            var at = from.IndexOf(c, StringComparison.Ordinal);
            if (at < 0)
            {
                result.Append(c);
            }
            else if (at < to.Length)
            {
                result.Append(to[at]);
            }
        }

        return result.ToString();
    }

    private static string Join(JavaCall call)
    {
        var isList = JavaValues.ItemsOf(call[0]) is not null;
        var text = string.Join(isList ? call.TextOrNull(1) ?? "" : "", (isList ? call.Items(0) : call.Rest(0)).Select(item => item.IsNull() ? "" : call.Java.Show(item)));
        call.Run.Limits.CheckLength(text.Length);
        return text;
    }

    private static JsValue Words(JavaCall call, bool keepsEmpty)
    {
        if (call.TextOrNull(0) is not { } text)
        {
            return JsValue.Null;
        }

        var marks = call.TextOrNull(1) is { } given ? SearchValues.Create(given) : null;
        var most = call.Has(2) && call.Int(2) > 0 ? call.Int(2) : int.MaxValue;
        var words = new List<string>();
        var start = 0;
        for (var at = 0; at < text.Length && (words.Count < most - 1 || (at == start && !keepsEmpty)); at++)
        {
            if (!(marks?.Contains(text[at]) ?? char.IsWhiteSpace(text[at])))
            {
                if (words.Count >= most - 1)
                {
                    break;
                }

                continue;
            }

            if (keepsEmpty || at > start)
            {
                Add(call, words, text[start..at]);
            }

            start = at + 1;
        }

        if (keepsEmpty ? text.Length > 0 : start < text.Length)
        {
            Add(call, words, text[start..]);
        }

        return call.Java.Array(words);
    }

    private static JsValue WholeWords(JavaCall call)
    {
        if (call.TextOrNull(0) is not { } text)
        {
            return JsValue.Null;
        }

        return call.TextOrNull(1) is { Length: > 0 } mark
            ? call.Java.Array(TextSearch.Split(call.Run.Limits, text, mark).Where(word => word.Length > 0))
            : Words(call, keepsEmpty: false);
    }

    private static void Add(JavaCall call, List<string> words, string word)
    {
        words.Add(word);
        if ((words.Count & 0xFFF) == 0)
        {
            call.Run.Limits.CheckLength(words.Count);
            call.Run.Limits.CheckRoom((double)words.Count * TextSearch.PieceSize);
            call.Run.Limits.Check();
        }
    }
}
