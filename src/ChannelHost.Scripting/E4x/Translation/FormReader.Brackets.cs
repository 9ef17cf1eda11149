namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>What brackets open and close.</summary>
internal sealed partial class FormReader
{
    private void Push(Frame frame)
    {
        if (_open + 1 >= MaxFrames)
        {
            throw new TranslationException(frame.Start, $"The script nests too deeply: more than {MaxFrames} brackets, literals and templates are open here.");
        }

        if (_open + 1 == _frames.Length)
        {
            Array.Resize(ref _frames, _frames.Length * 2);
        }

        frame.InGenerator |= Top.InGenerator && frame.Kind != FrameKind.Body;
        _frames[++_open] = frame;
    }

    private void OpenBracket(char bracket, bool afterArrow)
    {
        var frame = bracket switch
        {
            '(' => Parentheses(),
            '[' => new Frame { Kind = FrameKind.Brackets, Resume = _expected == Expected.Name ? Expected.Name : Expected.Operator },
            _ => Braces(afterArrow),
        };
        frame.Start = _at++;
        Push(frame);
        _expected = frame.Kind switch
        {
            FrameKind.Block or FrameKind.Body => Expected.Statement,
            FrameKind.Object or FrameKind.Class => Expected.Name,
            _ => Expected.Operand,
        };
    }

    private Frame Parentheses()
    {
        var kind = _head ?? FrameKind.Parentheses;
        var resume = _expected == Expected.Name ? Expected.Name : _control ? Expected.Statement : Expected.Operator;
        (_head, _control) = (null, false);
        return new Frame { Kind = kind, Resume = resume, Close = kind == FrameKind.ForEachHead ? "))" : null };
    }

    private Frame Braces(bool afterArrow)
    {
        ref var top = ref Top;
        var (pending, generator) = (top.Pending, top.PendingGenerator);
        (top.Pending, top.PendingGenerator) = (Pending.None, false);
        switch (_expected)
        {
            case Expected.Name:
                return new Frame { Kind = FrameKind.Body, Resume = Expected.Name, InGenerator = generator };
            case Expected.Statement:
                return new Frame { Kind = FrameKind.Block, Resume = Expected.Statement };
            case Expected.Operand when afterArrow:
                // Nothing but an end can follow: whatever looks like an operator begins a statement.
                return new Frame { Kind = FrameKind.Body, Resume = Expected.Statement };
            case Expected.Operand:
                // It may stand in the heritage of a class, whose body is still to come.
                (top.Pending, top.PendingGenerator) = (pending, generator);
                return new Frame { Kind = FrameKind.Object, Resume = Expected.Operator };
            default:
                return pending switch
                {
                    Pending.FunctionStatement => new Frame { Kind = FrameKind.Body, Resume = Expected.Statement, InGenerator = generator },
                    Pending.FunctionValue => new Frame { Kind = FrameKind.Body, Resume = Expected.Operator, InGenerator = generator },
                    Pending.ClassStatement => new Frame { Kind = FrameKind.Class, Resume = Expected.Statement },
                    Pending.ClassValue => new Frame { Kind = FrameKind.Class, Resume = Expected.Operator },
                    _ => new Frame { Kind = FrameKind.Block, Resume = Expected.Statement },
                };
        }
    }

    private void CloseBracket(char bracket)
    {
        var frame = Top;
        if (!Closes(bracket, frame.Kind) || (frame.Kind == FrameKind.ForEachHead && !frame.SeenIn))
        {
            throw TranslationException.Unexpected(_text, _at);
        }

        _open--;
        if (frame.Kind == FrameKind.Predicate)
        {
            if (_expected == Expected.Operand && TriviaEnd(frame.Start + 1) == _at)
            {
                throw TranslationException.Unexpected(_text, _at);
            }

            _predicates--;
        }

        if (frame.Close is { } close)
        {
            Replace(_at, _at + 1, close);
        }

        _at++;
        switch (frame.Kind)
        {
            case FrameKind.TemplateExpression:
                ReadTemplate();
                break;
            case FrameKind.MarkupExpression:
                ReadMarkup();
                break;
            default:
                _expected = frame.Resume == Expected.Statement && Top.Kind == FrameKind.Class ? Expected.Name : frame.Resume;
                break;
        }
    }

    private static bool Closes(char bracket, FrameKind kind) => bracket switch
    {
        ')' => kind is FrameKind.Parentheses or FrameKind.ForHead or FrameKind.ForEachHead or FrameKind.Predicate,
        ']' => kind is FrameKind.Brackets,
        _ => kind is FrameKind.Block or FrameKind.Body or FrameKind.Object or FrameKind.Class or FrameKind.TemplateExpression or FrameKind.MarkupExpression,
    };

    private void Replace(int start, int end, string text)
    {
        _out.KeepTo(start);
        _out.Put(text);
        _out.SkipTo(end);
    }
}
