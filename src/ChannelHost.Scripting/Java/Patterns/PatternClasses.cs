using System.Text;
using System.Text.RegularExpressions;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Patterns;

/// <summary><c>java.util.regex</c>.</summary>
internal static class PatternClasses
{
    /// <summary><c>java.util.regex.Matcher</c>.</summary>
    public static readonly JavaClass Matcher = new JavaClass("java.util.regex.Matcher")
        .Method<State>("find", static (state, call) => state.Find(call))
        .Method<State>("matches", static (state, _) => state.Take(state.Pattern.MatchFromStart(state.Text, toEnd: true)))
        .Method<State>("lookingAt", static (state, _) => state.Take(state.Pattern.MatchFromStart(state.Text, toEnd: false)))
        .Method<State>("group", static (state, call) => state.Group(call) is { Success: true } group ? call.Return(group.Value) : JsValue.Null)
        .Method<State>("groupCount", static (state, _) => state.Pattern.Groups)
        .Method<State>("start", static (state, call) => state.Group(call) is { Success: true } group ? group.Index : -1)
        .Method<State>("end", static (state, call) => state.Group(call) is { Success: true } group ? group.Index + group.Length : -1)
        .Method<State>("hitEnd", static (state, _) => !state.Match.Success)
        .Chain<State>("reset", static (state, call) => state.Reset(call.TextOrNull(0)))
        .Method<State>("replaceAll", static (state, call) => call.Return(state.Pattern.Replace(state.Text, call.Text(0), all: true)))
        .Method<State>("replaceFirst", static (state, call) => call.Return(state.Pattern.Replace(state.Text, call.Text(0), all: false)))
        .Chain<State>("appendReplacement", static (state, call) => state.Append(call.Object<StringBuilder>(0), call.Text(1)))
        .Method<State>("appendTail", static (state, call) => state.AppendTail(call))
        .Method<State>("toMatchResult", static (_, call) => call.Self)
        .Static("quoteReplacement", static call => call.Return(call.Text(0).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal)));

    /// <summary><c>java.util.regex.Pattern</c>.</summary>
    public static readonly JavaClass Pattern = new JavaClass("java.util.regex.Pattern")
        .Static("compile", static call => call.New(Pattern!, call.Java.Patterns.Of(call.Text(0), call.Int(1, 0))))
        .Static("matches", static call => call.Java.Patterns.Of(call.Text(0)).MatchesWhole(call.Text(1)))
        .Static("quote", static call => call.Return($"\\Q{call.Text(0).Replace("\\E", "\\E\\\\E\\Q", StringComparison.Ordinal)}\\E"))
        .Method<JavaPattern>("matcher", static (pattern, call) => call.New(Matcher, new State(pattern, call.Text(0))))
        .Method<JavaPattern>("split", static (pattern, call) => call.Java.Array(pattern.Split(call.Text(0), call.Int(1, 0))))
        .Method<JavaPattern>("pattern", static (pattern, call) => call.Return(pattern.Source))
        .Method<JavaPattern>("flags", static (pattern, _) => pattern.Flags)
        .Method<JavaPattern>("toString", static (pattern, call) => call.Return(pattern.Source))
        .Constant("CASE_INSENSITIVE", JavaPatterns.CaseInsensitive)
        .Constant("MULTILINE", JavaPatterns.Multiline)
        .Constant("DOTALL", JavaPatterns.DotAll)
        .Constant("LITERAL", JavaPatterns.Literal)
        .Constant("COMMENTS", JavaPatterns.Comments)
        .Constant("UNICODE_CASE", 64)
        .Constant("UNIX_LINES", 1)
        .Constant("UNICODE_CHARACTER_CLASS", 256);

    private sealed class State(JavaPattern pattern, string text)
    {
        private int _next;
        private int _appended;

        public JavaPattern Pattern => pattern;

        public string Text { get; private set; } = text;

        public Match Match { get; private set; } = System.Text.RegularExpressions.Match.Empty;

        public bool Take(Match match)
        {
            Match = match;
            _next = match.Success ? match.Length == 0 ? match.Index + 1 : match.Index + match.Length : Text.Length + 1;
            return match.Success;
        }

        public bool Find(JavaCall call)
        {
            if (call.Has(0))
            {
                Reset(null);
                _next = call.Int(0) is var from && from >= 0 && from <= Text.Length ? from : throw call.Throw("java.lang.IndexOutOfBoundsException", "Illegal start index");
            }

            return Take(_next > Text.Length ? System.Text.RegularExpressions.Match.Empty : pattern.Find(Text, _next));
        }

        public Group Group(JavaCall call)
        {
            if (!Match.Success)
            {
                throw call.Throw("java.lang.IllegalStateException", "No match found");
            }

            var number = JavaText.Is(call[0], out var name) ? pattern.GroupNamed(name) : call.Int(0, 0);
            return number < 0 || number > pattern.Groups ? throw call.Throw("java.lang.IndexOutOfBoundsException", $"No group {number}") : Match.Groups[number];
        }

        public void Reset(string? other)
        {
            Text = other ?? Text;
            Match = System.Text.RegularExpressions.Match.Empty;
            _next = 0;
            _appended = 0;
        }

        public void Append(StringBuilder into, string replacement)
        {
            into.Append(Text, _appended, Match.Index - _appended);
            pattern.Expand(replacement, Match, into);
            _appended = Match.Index + Match.Length;
        }

        public JsValue AppendTail(JavaCall call)
        {
            call.Object<StringBuilder>(0).Append(Text, _appended, Text.Length - _appended);
            call.Run.Limits.CheckLength(call.Object<StringBuilder>(0).Length);
            return call[0];
        }
    }
}
