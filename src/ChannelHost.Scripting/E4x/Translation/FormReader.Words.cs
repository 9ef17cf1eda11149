namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>Words: names, keywords and the forms that begin with one.</summary>
internal sealed partial class FormReader
{
    private void ReadWord(Expected? beforeAsync)
    {
        var start = _at;
        var end = Characters.WordEnd(_text, _text[_at] == '#' ? _at + 1 : _at);
        if (end == start)
        {
            _at++;
            return;
        }

        _at = end;
        var word = _text.AsSpan(start, end - start);
        if (_expected == Expected.Operator && word is "in" or "instanceof" or "of" or "extends")
        {
            ReadOperatorWord(word, start);
            return;
        }

        // No operator: a semicolon is inserted, or a member of a class begins.
        var expected = beforeAsync ?? (_expected == Expected.Operator && _newLine ? Expected.Statement : _expected);
        if (expected is Expected.Name || (Top.Kind == FrameKind.Class && expected == Expected.Statement))
        {
            _expected = Expected.Name;
            return;
        }

        _lastWord = start;
        _expected = ReadKeyword(word, start, expected);
    }

    private void ReadOperatorWord(ReadOnlySpan<char> word, int start)
    {
        ref var top = ref Top;
        if (top is { Kind: FrameKind.ForEachHead, SeenIn: false } && word is "in" or "of")
        {
            if (word is "of" || top.Initializer is not null)
            {
                throw TranslationException.Unexpected(_text, top.Initializer ?? start);
            }

            top.SeenIn = true;
            Replace(start, _at, "of __e4x.each(");
            _expected = Expected.Operand;
            return;
        }

        _expected = word is "of" && top.Kind != FrameKind.ForHead ? Expected.Operator : Expected.Operand;
    }

    private Expected ReadKeyword(ReadOnlySpan<char> word, int start, Expected expected)
    {
        switch (word)
        {
            case "for":
                ReadFor(start);
                return Expected.Operator;
            case "if" or "while" or "with":
                (_head, _control) = (FrameKind.Parentheses, true);
                return Expected.Operator;
            case "function":
                Top.Pending = expected == Expected.Statement ? Pending.FunctionStatement : Pending.FunctionValue;
                Top.PendingGenerator = false;
                _afterFunction = true;
                return Expected.Operator;
            case "class":
                Top.Pending = expected == Expected.Statement ? Pending.ClassStatement : Pending.ClassValue;
                return Expected.Operator;
            case "return" or "throw" or "typeof" or "void" or "delete" or "new" or "in" or "instanceof" or "case" or "extends" or "var" or "const":
                return Expected.Operand;
            case "else" or "do" or "try" or "finally" or "break" or "continue" or "debugger":
                return Expected.Statement;
            case "default":
                return ReadDefault(start);
            case "await" when _head == FrameKind.ForHead:
                return Expected.Operator;
            case "await":
                return Expected.Operand;
            case "yield" when Top.InGenerator:
                return Expected.Operand;
            case "let":
                return LetDeclares() ? Expected.Operand : Expected.Operator;
            case "async":
                _beforeAsync = expected;
                return Expected.Operator;
            case "super":
                _afterSuper = true;
                return Expected.Operator;
            default:
                if (word.StartsWith("__") && IsReserved(word))
                {
                    _reserved ??= start;
                }

                if (IsQualifier(_at, out var after))
                {
                    ReadBareQualified(start, after, word);
                }

                return Expected.Operator;
        }
    }

    private static bool IsReserved(ReadOnlySpan<char> word) => word is "__e4x" || (word.Length > 3 && word[2] == 'x' && char.IsAsciiDigit(word[3]));

    private bool LetDeclares()
    {
        var next = TriviaEnd(_at);
        return next < _text.Length && (_text[next] is '[' or '{' || Characters.StartsWord(_text[next]));
    }

    // "for each (" - the word goes, the head is remembered.
    private void ReadFor(int start)
    {
        (_head, _control) = (FrameKind.ForHead, true);
        var each = TriviaEnd(_at);
        var end = Characters.WordEnd(_text, each);
        if (!_text.AsSpan(each, end - each).SequenceEqual("each"))
        {
            return;
        }

        var parenthesis = TriviaEnd(end);
        Found(start);
        if (parenthesis >= _text.Length || _text[parenthesis] != '(')
        {
            throw TranslationException.Unexpected(_text, parenthesis);
        }

        Replace(each, end, "");
        _at = parenthesis;
        _head = FrameKind.ForEachHead;
    }

    // "default xml namespace =" becomes an assignment, whose extent the second pass knows.
    private Expected ReadDefault(int start)
    {
        var xml = TriviaEnd(_at);
        var xmlEnd = Characters.WordEnd(_text, xml);
        if (!_text.AsSpan(xml, xmlEnd - xml).SequenceEqual("xml"))
        {
            return Expected.Operator;
        }

        Found(start);
        var name = TriviaEnd(xmlEnd);
        var nameEnd = Characters.WordEnd(_text, name);
        if (!_text.AsSpan(name, nameEnd - name).SequenceEqual("namespace"))
        {
            throw TranslationException.Unexpected(_text, name);
        }

        var equals = TriviaEnd(nameEnd);
        if (equals >= _text.Length || _text[equals] != '=' || StartsWith(equals, "==") || StartsWith(equals, "=>"))
        {
            throw TranslationException.Unexpected(_text, equals);
        }

        _out.KeepTo(start);
        _marks[_out.Length] = new Mark(MarkKind.DefaultNamespace, start);
        _out.Put("__e4x.ns");
        _out.SkipTo(equals);
        _at = equals + 1;
        return Expected.Operand;
    }
}
