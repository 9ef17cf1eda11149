namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>XML literals: each becomes a tagged template that carries the text as it is.</summary>
internal sealed partial class FormReader
{
    private void OpenMarkup()
    {
        Found(_at);
        var next = Ahead(1);
        if (!(Characters.StartsTag(next) || next is '>' or '?' || StartsWith(_at, "<![CDATA[")))
        {
            throw new TranslationException(_at, "Unexpected token '<'");
        }

        _out.KeepTo(_at);
        _out.Put($"{(Characters.IsWord(_out.Last) ? " " : "")}__e4x.{(next == '>' ? "list" : "xml")}`");
        Push(new Frame { Kind = FrameKind.Markup, Start = _at, Resume = Expected.Operator, FirstName = _names.Count });
        ReadMarkup();
    }

    // Until the literal ends or an expression begins.
    private void ReadMarkup()
    {
        while (_at < _text.Length)
        {
            ref var frame = ref Top;
            var ends = false;
            switch (_text[_at])
            {
                case '{':
                    if (OpenMarkupExpression())
                    {
                        return;
                    }

                    break;
                case '<' when frame.Part == MarkupPart.Content:
                    ends = ReadMarkupStart(ref frame);
                    break;
                case '"' or '\'' when frame.Part == MarkupPart.StartTag:
                    KeepMarkup(RunEnd(_text[_at].ToString(), _at + 1, frame));
                    break;
                case '/' when frame.Part == MarkupPart.StartTag && Ahead(1) == '>':
                    KeepMarkup(_at + 2);
                    _names.RemoveAt(_names.Count - 1);
                    frame.Part = MarkupPart.Content;
                    ends = --frame.OpenTags == 0;
                    break;
                case '>' when frame.Part != MarkupPart.Content:
                    KeepMarkup(_at + 1);
                    frame.Part = MarkupPart.Content;
                    ends = frame.OpenTags == 0;
                    break;
                default:
                    KeepMarkup(_at + 1);
                    break;
            }

            if (ends)
            {
                CloseMarkup();
                return;
            }
        }

        throw Unterminated(Top);
    }

    // True when the literal has ended.
    private bool ReadMarkupStart(ref Frame frame)
    {
        if (Ahead(1) == '/')
        {
            ReadEndTag(ref frame);
            return false;
        }

        var end = StartsWith(_at, "<!--") ? RunEnd("-->", _at + 4, frame)
            : StartsWith(_at, "<![CDATA[") ? RunEnd("]]>", _at + 9, frame)
            : Ahead(1) == '?' ? RunEnd("?>", _at + 2, frame)
            : 0;
        if (end > 0)
        {
            KeepMarkup(end);
            return frame.OpenTags == 0;
        }

        if (Ahead(1) == '!')
        {
            throw new TranslationException(_at, "Unexpected token '<!': a literal holds elements, text, comments, CDATA and processing instructions");
        }

        var name = _at + 1;
        KeepMarkup(name);
        var length = NameLength(name);
        _names.Add((name, length));
        frame.OpenTags++;
        frame.Part = MarkupPart.StartTag;
        return false;
    }

    private void ReadEndTag(ref Frame frame)
    {
        var name = _at + 2;
        KeepMarkup(name);
        var length = NameLength(name);
        var (start, expected) = _names[^1];
        _names.RemoveAt(_names.Count - 1);
        frame.OpenTags--;
        frame.Part = MarkupPart.EndTag;
        if (length >= 0 && expected >= 0 && !_text.AsSpan(start, expected).SequenceEqual(_text.AsSpan(name, length)))
        {
            _warnings.Add((name, $"The end tag '{_text.AsSpan(name, Math.Min(length, 60))}' does not match the start tag '{_text.AsSpan(start, Math.Min(expected, 60))}': the literal fails when it is evaluated."));
        }
    }

    // Less than 0 for a name that an expression makes.
    private int NameLength(int start)
    {
        var end = start;
        while (end < _text.Length && Characters.IsTagName(_text[end]))
        {
            end++;
        }

        return end < _text.Length && _text[end] == '{' ? -1 : end - start;
    }

    // True when an expression follows; empty braces stand for no text.
    private bool OpenMarkupExpression()
    {
        _out.KeepTo(_at);
        var next = TriviaEnd(_at + 1);
        if (next < _text.Length && _text[next] == '}')
        {
            Replace(_at, next + 1, "${''}");
            _at = next + 1;
            return false;
        }

        _out.Put("$");
        Push(new Frame { Kind = FrameKind.MarkupExpression, Start = _at++ });
        _expected = Expected.Operand;
        return true;
    }

    private void CloseMarkup()
    {
        var frame = Top;
        _names.RemoveRange(frame.FirstName, _names.Count - frame.FirstName);
        _out.KeepTo(_at);
        _out.Put("`");
        _open--;
        _expected = Expected.Operator;
    }

    // Text goes into the template; what would mean something there is escaped.
    private void KeepMarkup(int end)
    {
        for (; _at < end; _at++)
        {
            var c = _text[_at];
            if (c is '`' or '\\' || (c == '{' && _text[_at - 1] == '$'))
            {
                _out.KeepTo(_at);
                _out.Put("\\");
            }
        }
    }

    private int RunEnd(string mark, int from, in Frame frame)
    {
        var end = from > _text.Length ? -1 : _text.IndexOf(mark, from, StringComparison.Ordinal);
        return end < 0 ? throw Unterminated(frame) : end + mark.Length;
    }

    private static TranslationException Unterminated(in Frame frame) => new(frame.Start, "Unterminated XML literal");
}
