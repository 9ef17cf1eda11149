using System.Text;
using ChannelHost.Scripting.Running;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Guards;

/// <summary>Expands <c>$&amp;</c>, <c>$1</c>, <c>$&lt;name&gt;</c> and the like in a replacement (ECMA-262, GetSubstitution).</summary>
internal static class Substitution
{
    /// <summary>True when replacing in a text of this length could give more than <paramref name="limit"/> characters.</summary>
    public static bool MayExceed(string template, int textLength, int limit)
    {
        var dollars = template.AsSpan().Count('$');
        return (textLength + 1d) * (template.Length + ((double)dollars * textLength)) > limit;
    }

    /// <summary>The replacement for a match of a plain text.</summary>
    public static string Expand(string template, string text, string matched, int position, RunLimits limits) =>
        Expand(template, text, matched, position, [], null, limits);

    /// <summary>The replacement for a match as a regular expression hands it to a function: match, groups, position, text, named groups.</summary>
    public static string Expand(string template, string text, JsValue[] match, RunLimits limits)
    {
        var last = match.Length - 1;
        var named = match[last] as ObjectInstance;
        var textAt = named is null ? last : last - 1;
        var position = TypeConverter.ToInt32(match[textAt - 1]);
        return Expand(template, text, TypeConverter.ToString(match[0]), position, match.AsSpan(1, textAt - 2), named, limits);
    }

    private static string Expand(
        string template,
        string text,
        string matched,
        int position,
        ReadOnlySpan<JsValue> groups,
        ObjectInstance? named,
        RunLimits limits)
    {
        if (!template.Contains('$', StringComparison.Ordinal))
        {
            return template;
        }

        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var next = i + 1 < template.Length ? template[i + 1] : '\0';
            if (template[i] != '$' || next == '\0')
            {
                result.Append(template[i]);
                continue;
            }

            limits.CheckLength(result.Length);
            limits.Check();
            i += next switch
            {
                '$' => Add(result, "$"),
                '&' => Add(result, matched),
                '`' => Add(result, text.AsSpan(0, Math.Clamp(position, 0, text.Length))),
                '\'' => Add(result, text.AsSpan(Math.Clamp(position + matched.Length, 0, text.Length))),
                '<' when named is not null => AddNamed(result, template, i, named),
                _ when char.IsAsciiDigit(next) => AddGroup(result, template, i, groups),
                _ => Literal(result),
            };
        }

        return result.ToString();
    }

    private static int Add(StringBuilder result, ReadOnlySpan<char> value)
    {
        result.Append(value);
        return 1;
    }

    private static int Literal(StringBuilder result)
    {
        result.Append('$');
        return 0;
    }

    private static int AddNamed(StringBuilder result, string template, int at, ObjectInstance named)
    {
        var end = template.IndexOf('>', at + 2);
        if (end < 0)
        {
            return Literal(result);
        }

        var value = named.Get(template[(at + 2)..end]);
        if (!value.IsUndefined())
        {
            result.Append(TypeConverter.ToString(value));
        }

        return end - at;
    }

    private static int AddGroup(StringBuilder result, string template, int at, ReadOnlySpan<JsValue> groups)
    {
        var one = template[at + 1] - '0';
        var two = at + 2 < template.Length && char.IsAsciiDigit(template[at + 2]) ? (one * 10) + template[at + 2] - '0' : 0;
        var (number, digits) = two >= 1 && two <= groups.Length ? (two, 2) : (one, 1);
        if (number < 1 || number > groups.Length)
        {
            return Literal(result);
        }

        if (!groups[number - 1].IsUndefined())
        {
            result.Append(TypeConverter.ToString(groups[number - 1]));
        }

        return digits;
    }
}
