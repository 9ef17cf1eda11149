using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.Patterns;

/// <summary>A regular expression with Java's way of matching, splitting and replacing.</summary>
internal sealed class JavaPattern(ScriptRun run, string source, int flags, Regex regex, Dictionary<string, int> names, int groups)
{
    private Regex? _whole;
    private Regex? _start;

    /// <summary>The pattern as it was given.</summary>
    public string Source => source;

    /// <summary>Its flags.</summary>
    public int Flags => flags;

    /// <summary>How many groups it has.</summary>
    public int Groups => groups;

    /// <summary>The first match from a place on.</summary>
    public Match Find(string text, int from) => regex.Match(text, from);

    /// <summary>The match of the whole text, or of its start.</summary>
    public Match MatchFromStart(string text, bool toEnd) => toEnd
        ? (_whole ??= new Regex(@"\A(?:" + regex + @")\z", regex.Options, regex.MatchTimeout)).Match(text)
        : (_start ??= new Regex(@"\A(?:" + regex + ")", regex.Options, regex.MatchTimeout)).Match(text);

    /// <summary>True when the whole text matches.</summary>
    public bool MatchesWhole(string text) => MatchFromStart(text, toEnd: true).Success;

    /// <summary>The number of a named group.</summary>
    public int GroupNamed(string name) =>
        names.TryGetValue(name, out var number) ? number : throw run.Java.Throw("java.lang.IllegalArgumentException", $"No group with name <{name}>");

    /// <summary>The text with the first or all matches replaced.</summary>
    public string Replace(string text, string replacement, bool all)
    {
        var match = regex.Match(text);
        if (!match.Success)
        {
            return text;
        }

        var result = new StringBuilder();
        var end = 0;
        do
        {
            run.Limits.Check();
            result.Append(text, end, match.Index - end);
            Expand(replacement, match, result);
            run.Limits.CheckLength(result.Length);
            end = match.Index + match.Length;
            match = match.NextMatch();
        }
        while (all && match.Success);
        return result.Append(text, end, text.Length - end).ToString();
    }

    /// <summary>Adds a replacement: <c>$1</c>, <c>${name}</c>, <c>\$</c>.</summary>
    public void Expand(string replacement, Match match, StringBuilder into)
    {
        for (var at = 0; at < replacement.Length; at++)
        {
            switch (replacement[at])
            {
                case '\\':
                    into.Append(++at < replacement.Length ? replacement[at] : throw Illegal("character to be escaped is missing"));
                    break;
                case '$':
                    into.Append(match.Groups[ReadGroup(replacement, ref at)].Value);
                    break;
                default:
                    into.Append(replacement[at]);
                    break;
            }
        }
    }

    /// <summary>The parts between matches: without empty ones at the end unless a limit says otherwise, and without one before a match of nothing at the start.</summary>
    public List<string> Split(string text, int limit)
    {
        var parts = new List<string>();
        var start = 0;
        for (var match = regex.Match(text); match.Success && (limit <= 0 || parts.Count < limit - 1); match = match.NextMatch())
        {
            run.Limits.Check();
            if (match.Length == 0 && (match.Index == 0 || match.Index >= text.Length))
            {
                continue;
            }

            parts.Add(text[start..match.Index]);
            start = match.Index + match.Length;
        }

        if (parts.Count == 0)
        {
            return [text];
        }

        parts.Add(text[start..]);
        while (limit == 0 && parts.Count > 0 && parts[^1].Length == 0)
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return parts;
    }

    private int ReadGroup(string replacement, ref int at)
    {
        if (++at < replacement.Length && replacement[at] == '{')
        {
            var end = replacement.IndexOf('}', at);
            var name = end < 0 ? throw Illegal("named group is missing its end '}'") : replacement[(at + 1)..end];
            at = end;
            return GroupNamed(name);
        }

        if (at >= replacement.Length || !char.IsAsciiDigit(replacement[at]))
        {
            throw Illegal("Illegal group reference");
        }

        var number = replacement[at] - '0';
        if (number > groups)
        {
            throw run.Java.Throw("java.lang.IndexOutOfBoundsException", string.Create(CultureInfo.InvariantCulture, $"No group {number}"));
        }

        // More digits belong to it as long as there is such a group.
        while (at + 1 < replacement.Length && char.IsAsciiDigit(replacement[at + 1]) && (number * 10) + replacement[at + 1] - '0' <= groups)
        {
            number = (number * 10) + replacement[++at] - '0';
        }

        return number;
    }

    private Jint.Runtime.JavaScriptException Illegal(string what) => run.Java.Throw("java.lang.IllegalArgumentException", what);
}
