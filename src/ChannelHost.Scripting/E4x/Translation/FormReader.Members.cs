namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>What follows a dot, and the same forms without one inside a predicate.</summary>
internal sealed partial class FormReader
{
    private const string OnOptionalChain = "A descendant or a predicate cannot stand on an optional chain";

    private void ReadDot(bool afterSuper)
    {
        if (_expected != Expected.Operator)
        {
            ReadDotBeforeOperand();
            return;
        }

        var start = _at;
        if (Ahead(1) == '.')
        {
            Found(start);
            if (afterSuper)
            {
                throw TranslationException.Unexpected(_text, start);
            }

            _at += 2;
            ReadMember(start, descendants: true);
            return;
        }

        _at = TriviaEnd(_at + 1);
        if (_at < _text.Length && _text[_at] == '(')
        {
            Found(start);
            if (afterSuper)
            {
                throw TranslationException.Unexpected(_text, _at);
            }

            OpenPredicate(start);
            return;
        }

        if (_at < _text.Length && (_text[_at] is '@' or '*' || IsQualifier(Characters.WordEnd(_text, _at), out _)))
        {
            Found(start);
            ReadMember(start, descendants: false);
            return;
        }

        _at = PlainNameEnd(_at);
        _expected = Expected.Operator;
    }

    // A number, a spread, or new.target and the like.
    private void ReadDotBeforeOperand()
    {
        if (char.IsAsciiDigit(Ahead(1)))
        {
            EndOperand(FractionEnd(_at));
        }
        else if (StartsWith(_at, "..."))
        {
            _at += 3;
            _expected = Expected.Operand;
        }
        else
        {
            _at = PlainNameEnd(TriviaEnd(_at + 1));
            _expected = Expected.Operator;
        }
    }

    private int FractionEnd(int at)
    {
        at++;
        while (at < _text.Length && (char.IsAsciiLetterOrDigit(_text[at]) || _text[at] == '_' || (_text[at] is '+' or '-' && _text[at - 1] is 'e' or 'E')))
        {
            at++;
        }

        return at;
    }

    private int PlainNameEnd(int at) => Characters.WordEnd(_text, at < _text.Length && _text[at] == '#' ? at + 1 : at);

    private void ReadOptional()
    {
        var start = _at;
        _at = TriviaEnd(_at + 2);
        if (_at >= _text.Length)
        {
            return;
        }

        switch (_text[_at])
        {
            case '.':
                Found(start);
                throw new TranslationException(_at, OnOptionalChain);
            case '@' or '*':
            case var c when Characters.StartsWord(c) && IsQualifier(Characters.WordEnd(_text, _at), out _):
                Found(start);
                _out.KeepTo(start);
                _out.Put("?.");
                _out.SkipTo(_at);
                ReadMember(_at, descendants: false);
                break;
            case '(' or '[' or '`':
                _expected = Expected.Operator;
                break;
            default:
                _at = PlainNameEnd(_at);
                _expected = Expected.Operator;
                break;
        }
    }

    // x.(p) becomes x[__x1 => (p)] with a mark.
    private void OpenPredicate(int start)
    {
        if (++_predicates > MaxPredicates)
        {
            throw new TranslationException(start, $"Predicates nest too deeply: more than {MaxPredicates} are open here.");
        }

        _out.KeepTo(start);
        _marks[_out.Length + 1] = new Mark(MarkKind.Predicate, start, _predicates);
        _out.Put($"[__x{_predicates} => (");
        _out.SkipTo(_at + 1);
        Push(new Frame { Kind = FrameKind.Predicate, Start = _at++, Resume = Expected.Operator, Close = ")]" });
        _expected = Expected.Operand;
    }

    // Stands behind the dots.
    private void ReadMember(int start, bool descendants)
    {
        _at = TriviaEnd(_at);
        _out.KeepTo(start);
        _out.Put("[");
        if (descendants)
        {
            _marks[_out.Length] = new Mark(MarkKind.Descendants, start);
        }

        if (_at < _text.Length && _text[_at] == '@')
        {
            _at = TriviaEnd(_at + 1);
            if (!descendants)
            {
                _marks[_out.Length] = new Mark(MarkKind.Part, start);
            }

            ReadName(attribute: true, "]");
            return;
        }

        if (!descendants && _text[_at] == '*' && !IsQualifier(_at + 1, out _))
        {
            _marks[_out.Length] = new Mark(MarkKind.Part, start);
        }

        ReadName(attribute: false, "]");
    }

    // n, *, ns::n, ns::*, *::n, ns::[e], and [e] of attributes. Writes the key and what closes it.
    private void ReadName(bool attribute, string close)
    {
        var start = _at;
        if (attribute && start < _text.Length && _text[start] == '[')
        {
            _out.Put("__e4x.at(");
            OpenKey(close: ")" + close);
            return;
        }

        var isWildcard = start < _text.Length && _text[start] == '*';
        var end = isWildcard ? start + 1 : Characters.WordEnd(_text, start);
        if (end == start)
        {
            throw TranslationException.Unexpected(_text, start);
        }

        if (IsQualifier(end, out var after))
        {
            WriteQualified(attribute ? "__e4x.an(" : "__e4x.qn(", start, end, after, close);
            return;
        }

        _out.Put($"'{(attribute ? "@" : "")}{_text.AsSpan(start, end - start)}'{close}");
        _out.SkipTo(end);
        _at = end;
        _expected = Expected.Operator;
    }

    private void WriteQualified(string function, int space, int spaceEnd, int name, string close)
    {
        _out.Put(function);
        WriteSpace(space, spaceEnd);
        _out.Put(", ");
        _at = name;
        if (_at < _text.Length && _text[_at] == '[')
        {
            OpenKey(")" + close);
            return;
        }

        _out.Put($"'{_text.AsSpan(name, QualifiedNameEnd(name) - name)}'){close}");
        _at = QualifiedNameEnd(name);
        _out.SkipTo(_at);
        _expected = Expected.Operator;
    }

    // The namespace of a name is a variable, whatever elements there are.
    private void WriteSpace(int start, int end)
    {
        if (_text[start] == '*')
        {
            _out.Put("null");
            return;
        }

        _marks[_out.Length] = new Mark(MarkKind.Variable, start);
        _out.Put(_text.AsSpan(start, end - start));
    }

    private int QualifiedNameEnd(int at)
    {
        var end = at < _text.Length && _text[at] == '*' ? at + 1 : Characters.WordEnd(_text, at);
        return end == at ? throw TranslationException.Unexpected(_text, at) : end;
    }

    // The bracket stands at the place; its expression is read as any other.
    private void OpenKey(string close)
    {
        _out.SkipTo(_at + 1);
        Push(new Frame { Kind = FrameKind.Brackets, Start = _at++, Resume = Expected.Operator, Close = close });
        _expected = Expected.Operand;
    }

    private void ReadBareAttribute()
    {
        var start = _at;
        Found(start);
        _out.KeepTo(start);
        _out.Put($"{(Characters.IsWord(_out.Last) ? " " : "")}__x{_predicates}[");
        _marks[_out.Length] = new Mark(MarkKind.Part, start);
        _at = TriviaEnd(_at + 1);
        ReadName(attribute: true, "]");
    }

    private void ReadBareQualified(int start, int name, ReadOnlySpan<char> space)
    {
        Found(start);
        if (_predicates == 0)
        {
            throw new TranslationException(start, "A name with a namespace stands alone only inside a predicate; elsewhere it follows a dot");
        }

        _out.KeepTo(start);
        _out.Put(Characters.IsWord(_out.Last) ? " (" : "(");
        var spaceEnd = start + Math.Max(1, space.Length);
        if (name < _text.Length && _text[name] == '[')
        {
            // The name is computed once, so only the innermost element is asked.
            _out.Put($"__e4x.pick(__x{_predicates}, ");
            WriteQualified("__e4x.qn(", start, spaceEnd, name, ") ?? __e4x.none())");
            return;
        }

        for (var depth = _predicates; depth > 0; depth--)
        {
            _out.Put($"__e4x.pick(__x{depth}, __e4x.qn(");
            WriteSpace(start, spaceEnd);
            _out.Put($", '{_text.AsSpan(name, QualifiedNameEnd(name) - name)}')) ?? ");
        }

        _out.Put("__e4x.none())");
        _at = QualifiedNameEnd(name);
        _out.SkipTo(_at);
        _expected = Expected.Operator;
    }

    // Two colons that touch; white space may stand around them.
    private bool IsQualifier(int at, out int after)
    {
        after = at;
        if (at >= _text.Length || _text[at] is not (':' or ' ' or '\t' or '\r' or '\n'))
        {
            return false;
        }

        at = TriviaEnd(at);
        if (!StartsWith(at, "::"))
        {
            return false;
        }

        after = TriviaEnd(at + 2);
        return true;
    }
}
