using System.Globalization;
using System.Text;

namespace ChannelHost.Scripting.Java.Patterns;

/// <summary>
/// Turns a regular expression of Java into one of .NET. What differs: possessive quantifiers, quoting by <c>\Q..\E</c>, POSIX classes, unions and
/// intersections of character classes, <c>\d \w \s</c> of ASCII only, what the dot leaves out, the numbering of named groups.
/// </summary>
internal sealed class PatternText
{
    private const string Space = @"\x20\t\n\x0B\f\r";
    private const string NotLineEnd = @"[^\n\r\u0085\u2028\u2029]";

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["Lower"] = "a-z", ["Upper"] = "A-Z", ["ASCII"] = @"\x00-\x7F", ["Alpha"] = "a-zA-Z", ["Digit"] = "0-9", ["Alnum"] = "a-zA-Z0-9",
        ["Punct"] = @"!-/:-@\[-`{-~", ["Graph"] = "!-~", ["Print"] = @"\x20-~", ["Blank"] = @"\x20\t", ["Cntrl"] = @"\x00-\x1F\x7F",
        ["XDigit"] = "0-9a-fA-F", ["Space"] = Space, ["IsAlphabetic"] = @"\p{L}", ["IsLetter"] = @"\p{L}", ["IsDigit"] = @"\p{Nd}",
        ["IsPunctuation"] = @"\p{P}", ["IsWhite_Space"] = @"\s", ["IsUppercase"] = @"\p{Lu}", ["IsLowercase"] = @"\p{Ll}",
        ["javaLowerCase"] = @"\p{Ll}", ["javaUpperCase"] = @"\p{Lu}", ["javaWhitespace"] = @"\s", ["IsLatin"] = "A-Za-z\u00AA\u00BA\u00C0-\u024F",
        ["InGreek"] = @"\p{IsGreek}", ["IsGreek"] = @"\p{IsGreek}", ["IsCyrillic"] = @"\p{IsCyrillic}",
    };

    private readonly string _source;
    private readonly StringBuilder _result = new();
    private readonly Stack<int> _groupStarts = new();
    private int _at;
    private int _atomStart = -1;
    private bool _dotAll;

    private PatternText(string source, bool dotAll)
    {
        _source = source;
        _dotAll = dotAll;
    }

    /// <summary>The numbers of named groups.</summary>
    public Dictionary<string, int> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>How many groups.</summary>
    public int Groups { get; private set; }

    /// <summary>The pattern for .NET.</summary>
    public string Text => _result.ToString();

    /// <summary>Translates.</summary>
    /// <exception cref="FormatException">The pattern is not Java's; the message says what and where.</exception>
    public static PatternText Translate(string source, bool dotAll)
    {
        var text = new PatternText(source, dotAll);
        while (text._at < source.Length)
        {
            text.Take();
        }

        return text;
    }

    private void Take()
    {
        var c = _source[_at];
        switch (c)
        {
            case '\\':
                Atom();
                TakeEscape(inClass: false);
                break;
            case '[':
                Atom();
                _result.Append(TakeClass());
                break;
            case '(':
                TakeGroup();
                break;
            case ')':
                _atomStart = _groupStarts.TryPop(out var start) ? start : throw Wrong("Unmatched closing ')'");
                _result.Append(c);
                _at++;
                break;
            case '.':
                Atom();
                _result.Append(_dotAll ? @"[\s\S]" : NotLineEnd);
                _at++;
                break;
            case '*' or '+' or '?' or '{':
                TakeQuantifier();
                break;
            case '|' or '^':
                _result.Append(c);
                _at++;
                break;
            default:
                Atom();
                _result.Append(c);
                _at++;
                break;
        }
    }

    private void Atom() => _atomStart = _result.Length;

    private void TakeGroup()
    {
        _groupStarts.Push(_result.Length);
        if (!Next("(?"))
        {
            Groups++;
            Emit("(", 1);
        }
        else if (Next("(?<") && !Next("(?<=") && !Next("(?<!"))
        {
            // .NET counts named groups after all others; Java where they stand.
            var end = _source.IndexOf('>', _at);
            if (end < 0)
            {
                throw Wrong("A named group has no '>'");
            }

            Names[_source[(_at + 3)..end]] = ++Groups;
            Emit("(", end + 1 - _at);
        }
        else if (Next("(?:") || Next("(?=") || Next("(?!") || Next("(?>"))
        {
            Emit(_source.Substring(_at, 3), 3);
        }
        else if (Next("(?<=") || Next("(?<!"))
        {
            Emit(_source.Substring(_at, 4), 4);
        }
        else
        {
            TakeFlags();
        }
    }

    // (?i), (?s-m:...): u, d and U have no counterpart and change nothing here.
    private void TakeFlags()
    {
        var end = _at + 2;
        while (end < _source.Length && (char.IsAsciiLetter(_source[end]) || _source[end] == '-'))
        {
            end++;
        }

        if (end >= _source.Length || _source[end] is not (')' or ':'))
        {
            throw Wrong("Unknown inline modifier");
        }

        var flags = _source[(_at + 2)..end];
        var off = flags.IndexOf('-', StringComparison.Ordinal);
        var on = off < 0 ? flags : flags[..off];
        if (on.Contains('s', StringComparison.Ordinal))
        {
            _dotAll = true;
        }

        var kept = string.Concat(flags.Where(flag => flag is 'i' or 'm' or 's' or 'x' or '-')).TrimEnd('-');
        var closes = _source[end] == ')';
        _result.Append(closes ? kept.Length == 0 ? "" : $"(?{kept})" : $"(?{kept}:");
        if (closes)
        {
            _groupStarts.Pop();
        }

        _at = end + 1;
    }

    private void TakeQuantifier()
    {
        var start = _at;
        if (_source[_at] == '{')
        {
            var end = _source.IndexOf('}', _at);
            if (end < 0)
            {
                throw Wrong("Unclosed counted closure");
            }

            _at = end + 1;
        }
        else
        {
            _at++;
        }

        if (_atomStart < 0)
        {
            throw Wrong("Dangling meta character");
        }

        _result.Append(_source, start, _at - start);
        if (_at < _source.Length && _source[_at] == '+')
        {
            // a++ takes what it can and gives nothing back.
            _result.Insert(_atomStart, "(?>").Append(')');
            _at++;
        }
        else if (_at < _source.Length && _source[_at] == '?')
        {
            _result.Append('?');
            _at++;
        }
    }

    private void TakeEscape(bool inClass)
    {
        if (_at + 1 >= _source.Length)
        {
            throw Wrong("Unexpected end after '\\'");
        }

        var c = _source[_at + 1];
        switch (c)
        {
            case 'Q':
                TakeQuoted();
                break;
            case 'd' or 's' or 'w' or 'h':
                Emit(inClass ? Ascii(c) : $"[{Ascii(c)}]", 2);
                break;
            case 'D' or 'S' or 'W' or 'H' when !inClass:
                Emit($"[^{Ascii(char.ToLowerInvariant(c))}]", 2);
                break;
            case 'R':
                Emit(@"(?:\r\n|[\n\x0B\f\r\u0085\u2028\u2029])", 2);
                break;
            case 'p' or 'P':
                TakeProperty(c == 'P', inClass);
                break;
            case 'x' when Next("\\x{"):
                var close = _source.IndexOf('}', _at);
                var code = close > 0 && int.TryParse(_source.AsSpan(_at + 3, close - _at - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var given) && given <= 0xFFFF
                    ? given
                    : throw Wrong("Illegal hexadecimal escape sequence");
                Emit($"\\u{code:X4}", close + 1 - _at);
                break;
            case '0':
                TakeOctal();
                break;
            case 'k':
                var end = _source.IndexOf('>', _at);
                var name = end > 0 ? _source[(_at + 3)..end] : throw Wrong("A named group has no '>'");
                Emit(Names.TryGetValue(name, out var number) ? $"(?:\\{number})" : throw Wrong("There is no such named group"), end + 1 - _at);
                break;
            case 'Z':
                Emit(@"(?=(?:\r\n|[\n\r\u0085\u2028\u2029])?\z)", 2);
                break;
            default:
                Emit(char.IsAsciiLetterOrDigit(c) ? "\\" + c : "\\" + c, 2);
                break;
        }
    }

    private void TakeOctal()
    {
        var end = _at + 2;
        while (end < _source.Length && end < _at + 5 && _source[end] is >= '0' and <= '7')
        {
            end++;
        }

        Emit(end > _at + 2 ? $"\\x{Convert.ToInt32(_source[(_at + 2)..end], 8) & 0xFF:X2}" : throw Wrong("Illegal octal escape sequence"), end - _at);
    }

    private void TakeQuoted()
    {
        var end = _source.IndexOf("\\E", _at + 2, StringComparison.Ordinal);
        var text = _source[(_at + 2)..(end < 0 ? _source.Length : end)];
        foreach (var c in text)
        {
            Atom();
            _result.Append(char.IsAsciiLetterOrDigit(c) || c > '\x7F' ? c.ToString() : "\\" + c);
        }

        _at = end < 0 ? _source.Length : end + 2;
    }

    private void TakeProperty(bool isNegated, bool inClass)
    {
        string name;
        int end;
        if (Next("\\p{") || Next("\\P{"))
        {
            end = _source.IndexOf('}', _at);
            name = end > 0 ? _source[(_at + 3)..end] : throw Wrong("Unclosed character family");
            end++;
        }
        else
        {
            end = _at + 3;
            name = end <= _source.Length ? _source[(_at + 2)..end] : throw Wrong("Unexpected end after '\\p'");
        }

        if (Classes.TryGetValue(name, out var set))
        {
            Emit(inClass && !isNegated ? set : inClass ? throw Wrong($"\\P{{{name}}} cannot stand inside a character class here") : $"[{(isNegated ? "^" : "")}{set}]", end - _at);
            return;
        }

        var plain = name.StartsWith("Is", StringComparison.Ordinal) && name.Length <= 4 ? name[2..] : name;
        Emit($"\\{(isNegated ? 'P' : 'p')}{{{plain}}}", end - _at);
    }

    // A class, with unions flattened: [a[bc]] is [abc]. Intersections become differences: a&&b is a without what is not b.
    private string TakeClass()
    {
        var open = _at++;
        var isNegated = _at < _source.Length && _source[_at] == '^';
        if (isNegated)
        {
            _at++;
        }

        var outer = _result.ToString();
        _result.Clear();
        var start = _at;
        string? intersection = null;
        while (true)
        {
            if (_at >= _source.Length)
            {
                _at = open;
                throw Wrong("Unclosed character class");
            }

            var c = _source[_at];
            if (c == ']' && _at > start)
            {
                _at++;
                break;
            }

            if (Next("&&"))
            {
                _at += 2;
                intersection = TakeIntersection();
                continue;
            }

            if (c == '[')
            {
                _result.Append(Inner(TakeClass()));
            }
            else if (c == '\\')
            {
                TakeClassEscape();
            }
            else
            {
                _result.Append(c == '-' && Next("-[") ? "\\-" : c.ToString());
                _at++;
            }
        }

        var content = _result.ToString();
        _result.Clear().Append(outer);
        if (intersection is null)
        {
            return $"[{(isNegated ? "^" : "")}{content}]";
        }

        return isNegated ? throw Wrong("A negated intersection cannot be used here") : $"[{content}-{intersection}]";
    }

    private void TakeClassEscape()
    {
        var c = _at + 1 < _source.Length ? _source[_at + 1] : '\0';
        if (c is 'D' or 'S' or 'W')
        {
            // .NET's own negated sets of all Unicode are a little smaller: what matters is that ASCII is right.
            Emit("\\" + c, 2);
            return;
        }

        TakeEscape(inClass: true);
    }

    // After &&: [^..] takes its content away, [..] or plain members take all else away.
    private string TakeIntersection()
    {
        if (_at < _source.Length && _source[_at] == '[')
        {
            var inner = TakeClass();
            return inner.StartsWith("[^", StringComparison.Ordinal) ? "[" + inner[2..] : "[^" + inner[1..];
        }

        var outer = _result.ToString();
        _result.Clear();
        var isNegated = _at < _source.Length && _source[_at] == '^';
        if (isNegated)
        {
            _at++;
        }

        while (_at < _source.Length && _source[_at] != ']' && !Next("&&"))
        {
            if (_source[_at] == '\\')
            {
                TakeClassEscape();
            }
            else
            {
                _result.Append(_source[_at++]);
            }
        }

        var content = _result.ToString();
        _result.Clear().Append(outer);
        return isNegated ? $"[{content}]" : $"[^{content}]";
    }

    private string Inner(string nested) =>
        nested.StartsWith("[^", StringComparison.Ordinal) ? throw Wrong("A negated class inside another cannot be used here") : nested[1..^1];

    private static string Ascii(char kind) => kind switch
    {
        'd' => "0-9",
        'w' => "a-zA-Z_0-9",
        'h' => @"\x20\t\xA0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000",
        _ => Space,
    };

    private bool Next(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;

    private void Emit(string text, int taken)
    {
        _result.Append(text);
        _at += taken;
    }

    private FormatException Wrong(string what) => new($"{what} near index {_at}");
}
