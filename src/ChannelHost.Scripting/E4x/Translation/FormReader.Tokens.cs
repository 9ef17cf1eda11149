namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>Where tokens end.</summary>
internal sealed partial class FormReader
{
    // False at the end of the script.
    private bool SkipTrivia()
    {
        _newLine = _at == 0;
        _at = TriviaEnd(_at, ref _newLine);
        while (_at < _text.Length && Characters.IsInvisible(_text[_at]))
        {
            // Rhino leaves them out. They come with what was pasted from a page, and nobody sees them.
            Found(_at);
            Replace(_at, _at + 1, "");
            _at = TriviaEnd(_at + 1, ref _newLine);
        }

        return _at < _text.Length;
    }

    private int TriviaEnd(int at)
    {
        var newLine = false;
        return TriviaEnd(at, ref newLine);
    }

    private int TriviaEnd(int at, ref bool newLine)
    {
        while (at < _text.Length)
        {
            var c = _text[at];
            if (Characters.IsLineBreak(c))
            {
                newLine = true;
                at++;
            }
            else if (Characters.IsBlank(c))
            {
                at++;
            }
            else if (c == '/' && StartsWith(at, "//"))
            {
                at = LineEnd(at);
            }
            else if (c == '/' && StartsWith(at, "/*"))
            {
                var end = _text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                end = end < 0 ? _text.Length : end + 2;
                newLine |= _text.AsSpan(at, end - at).IndexOfAny("\n\r\u2028\u2029") >= 0;
                at = end;
            }
            else if (c == '<' && StartsWith(at, "<!--"))
            {
                at = LineEnd(at);
            }
            else if (c == '-' && newLine && StartsWith(at, "-->"))
            {
                at = LineEnd(at);
            }
            else
            {
                return at;
            }
        }

        return at;
    }

    private bool StartsWith(int at, string what) => string.CompareOrdinal(_text, at, what, 0, what.Length) == 0;

    private int LineEnd(int at)
    {
        var length = _text.AsSpan(at).IndexOfAny("\n\r\u2028\u2029");
        return length < 0 ? _text.Length : at + length;
    }

    private int NumberEnd(int at)
    {
        var isDecimal = true;
        if (_text[at] == '0' && at + 1 < _text.Length && _text[at + 1] is 'x' or 'X' or 'o' or 'O' or 'b' or 'B')
        {
            isDecimal = false;
        }

        // 017 is an octal number of old, and a dot behind it is a member's.
        var isOctal = isDecimal && _text[at] == '0' && at + 1 < _text.Length && char.IsAsciiDigit(_text[at + 1]);
        var seenDot = isOctal || !isDecimal;
        while (at < _text.Length)
        {
            var c = _text[at];
            if (c == '.' && !seenDot)
            {
                seenDot = true;
            }
            else if (c is '+' or '-' && isDecimal && _text[at - 1] is 'e' or 'E')
            {
                seenDot = true;
            }
            else if (c is 'e' or 'E' && isDecimal)
            {
                seenDot = true;
            }
            else if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                break;
            }

            at++;
        }

        return at;
    }

    private int StringEnd(int at)
    {
        var quote = _text[at];
        for (var end = at + 1; end < _text.Length; end++)
        {
            var c = _text[end];
            if (c == quote)
            {
                return end + 1;
            }

            if (c == '\\')
            {
                // A line may be continued, also where it ends in two characters.
                end += StartsWith(end + 1, "\r\n") ? 2 : 1;
            }
            else if (c is '\n' or '\r')
            {
                break;
            }
        }

        throw new TranslationException(at, "Invalid or unexpected token");
    }

    private int RegexEnd(int at)
    {
        var inClass = false;
        for (var end = at + 1; end < _text.Length && !Characters.IsLineBreak(_text[end]); end++)
        {
            switch (_text[end])
            {
                case '\\':
                    end++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '/' when !inClass:
                    end++;
                    while (end < _text.Length && Characters.IsWord(_text[end]))
                    {
                        end++;
                    }

                    return end;
            }
        }

        throw new TranslationException(at, "Invalid regular expression: missing /");
    }

    private void ReadTemplate()
    {
        for (; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case '\\':
                    _at++;
                    break;
                case '`':
                    _at++;
                    _expected = Expected.Operator;
                    return;
                case '$' when Ahead(1) == '{':
                    Push(new Frame { Kind = FrameKind.TemplateExpression, Start = _at, Resume = Expected.Operator });
                    _at += 2;
                    _expected = Expected.Operand;
                    return;
            }
        }

        throw new TranslationException(_text.Length, "Unterminated template literal");
    }
}
