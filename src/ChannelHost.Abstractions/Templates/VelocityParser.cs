using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>
/// Reads Velocity's language as far as settings use it: references, <c>#set</c>, <c>#if</c>, <c>#foreach</c>, <c>#break</c>, <c>#stop</c>, plain blocks and
/// comments. A directive that has its line to itself takes the line with it.
/// </summary>
internal sealed class VelocityParser(string source, int depth)
{
    private static readonly string[] References = ["$${config:", "$${env:", "$${secret:"];
    private static readonly string[] Unsupported = ["#macro", "#include", "#parse", "#evaluate", "#define"];

    private readonly StringBuilder _literal = new();
    private int _at;
    private int _depth = depth;
    private TemplateExpression? _elseCondition;

    /// <summary>The pieces of a text; the text as it is when Velocity could not read it.</summary>
    /// <exception cref="FormatException">It uses what Velocity has and we have not.</exception>
    public static TemplateNode[] ParseLeniently(string source)
    {
        if (!source.Contains('$', StringComparison.Ordinal))
        {
            return source.Length == 0 ? [] : [new TextNode(source)];
        }

        try
        {
            return Parse(source, 0);
        }
        catch (FormatException error) when (error is not UnsupportedTemplateException)
        {
            return [new TextNode(source)];
        }
    }

    /// <summary>The pieces of a text.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static TemplateNode[] Parse(string source, int depth)
    {
        var parser = new VelocityParser(source, depth);
        var nodes = parser.Block(out var closing);
        return closing == Closing.End ? nodes : throw new FormatException($"a directive at character {parser._at + 1} closes nothing");
    }

    private enum Closing
    {
        End,
        EndDirective,
        Else,
        ElseIf,
    }

    private TemplateNode[] Block(out Closing closing)
    {
        if (++_depth > ExpressionParser.Deepest)
        {
            throw new UnsupportedTemplateException($"nested deeper than {ExpressionParser.Deepest} at character {_at + 1}");
        }

        var nodes = new List<TemplateNode>();
        closing = Closing.End;
        while (_at < source.Length && closing == Closing.End)
        {
            var slashes = source.AsSpan(_at).IndexOfAnyExcept('\\') is var other && other < 0 ? source.Length - _at : other;
            var start = _at + slashes;
            if (start < source.Length && source[start] == '$')
            {
                Dollar(nodes, start, slashes);
            }
            else if (start < source.Length && source[start] == '#')
            {
                closing = Hash(nodes, start, slashes);
            }
            else
            {
                _literal.Append(source, _at, Math.Max(slashes, 1));
                _at += Math.Max(slashes, 1);
            }
        }

        Flush(nodes);
        _depth--;
        return [.. nodes];
    }

    private void Dollar(List<TemplateNode> nodes, int dollar, int slashes)
    {
        if (Array.Exists(References, prefix => source.AsSpan(dollar).StartsWith(prefix)) && source.IndexOf('}', dollar) is var close and > 0)
        {
            // What stands for a value of the environment in the text as written: it is no reference of Velocity's.
            _literal.Append(source, _at, slashes).Append(source, dollar + 1, close - dollar);
            _at = close + 1;
            return;
        }

        var isQuiet = At(dollar + 1) == '!';
        var name = dollar + (isQuiet ? 2 : 1);
        var isFormal = At(name) == '{';
        var parser = new ExpressionParser(source, isFormal ? name + 1 : name, _depth);
        if (!isFormal && !parser.IsName())
        {
            _literal.Append(source, _at, dollar + 1 - _at);
            _at = dollar + 1;
            return;
        }

        var reference = parser.Reference();
        TemplateExpression? otherwise = null;
        if (isFormal)
        {
            otherwise = Otherwise(parser);
            parser.Expect('}');
        }

        Flush(nodes);
        nodes.Add(new VelocityReferenceNode(reference, source[dollar..parser.At], isQuiet, slashes, otherwise));
        _at = parser.At;
    }

    private static TemplateExpression? Otherwise(ExpressionParser parser)
    {
        if (parser.Peek() != '|')
        {
            return null;
        }

        parser.Expect('|');
        return parser.Expression();
    }

    private Closing Hash(List<TemplateNode> nodes, int hash, int slashes)
    {
        var rest = source.AsSpan(hash);
        var word = Word(hash, out var end);
        var isMeant = word.Length > 0 || rest.StartsWith("##") || rest.StartsWith("#*") || rest.StartsWith("#[[");
        _literal.Append('\\', isMeant ? slashes / 2 : slashes);
        if (!isMeant || slashes % 2 == 1)
        {
            _literal.Append('#');
            _at = hash + 1;
            return Closing.End;
        }

        _at = end;
        return word switch
        {
            "" => Aside(hash, rest),
            "#end" => Close(hash, Closing.EndDirective),
            "#else" => Close(hash, Closing.Else),
            "#elseif" => ElseIf(hash),
            "#if" => If(nodes, hash),
            "#foreach" => Foreach(nodes, hash),
            "#set" => Set(nodes, hash),
            "#break" or "#stop" => Stop(nodes, hash, word == "#stop"),
            _ => throw new UnsupportedTemplateException($"{word} at character {hash + 1} is not supported in settings"),
        };
    }

    /// <summary>The directive that begins here, without braces; empty when none does.</summary>
    private string Word(int hash, out int end)
    {
        var isFormal = At(hash + 1) == '{';
        var start = hash + (isFormal ? 2 : 1);
        end = start;
        while (char.IsAsciiLetter(At(end)))
        {
            end++;
        }

        var word = "#" + source[start..end];
        if (isFormal)
        {
            if (At(end) != '}')
            {
                return "";
            }

            end++;
        }
        else if (word is not "#elseif" && (word.StartsWith("#else", StringComparison.Ordinal) || word.StartsWith("#end", StringComparison.Ordinal)))
        {
            // Velocity sees these two also in front of a letter.
            word = word[..(word[2] == 'l' ? 5 : 4)];
            end = start + word.Length - 1;
        }

        var isCall = word is "#if" or "#elseif" or "#foreach" or "#set" || Array.IndexOf(Unsupported, word) >= 0;
        var isKnown = isCall ? At(SkipBlanks(end)) == '(' : word is "#end" or "#else" or "#break" or "#stop";
        return isKnown ? word : "";
    }

    private Closing Aside(int hash, ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("##"))
        {
            var line = rest.IndexOf('\n');
            _at = line < 0 ? source.Length : hash + line + 1;
        }
        else
        {
            var isPlain = rest[1] == '[';
            var length = isPlain ? 3 : 2;
            var end = source.IndexOf(isPlain ? "]]#" : "*#", hash + length, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new FormatException($"what begins at character {hash + 1} is never closed");
            }

            _literal.Append(source, hash + length, isPlain ? end - hash - length : 0);
            _at = end + length;
        }

        return Closing.End;
    }

    private Closing Close(int hash, Closing closing)
    {
        TakeLine(hash);
        return closing;
    }

    private Closing ElseIf(int hash)
    {
        _elseCondition = Condition();
        TakeLine(hash);
        return Closing.ElseIf;
    }

    private Closing If(List<TemplateNode> nodes, int hash)
    {
        var branches = new List<(TemplateExpression?, TemplateNode[])>();
        TemplateExpression? condition = Condition();
        TakeLine(hash);
        Flush(nodes);
        while (true)
        {
            var body = Block(out var closing);
            branches.Add((condition, body));
            switch (closing)
            {
                case Closing.EndDirective:
                    nodes.Add(new IfNode([.. branches]));
                    return Closing.End;
                case Closing.End:
                    throw new FormatException($"the #if at character {hash + 1} has no #end");
                default:
                    if (condition is null)
                    {
                        throw new FormatException($"the #if at character {hash + 1} goes on after its #else");
                    }

                    condition = closing == Closing.ElseIf ? _elseCondition : null;
                    break;
            }
        }
    }

    private TemplateExpression Condition()
    {
        var parser = new ExpressionParser(source, _at, _depth);
        parser.Expect('(');
        var condition = parser.Expression();
        parser.Expect(')');
        _at = parser.At;
        return condition;
    }

    private Closing Foreach(List<TemplateNode> nodes, int hash)
    {
        var parser = new ExpressionParser(source, _at, _depth);
        parser.Expect('(');
        parser.SkipSpace();
        var name = parser.DollarReference();
        parser.SkipSpace();
        if (!name.IsPlain || !parser.TakeWord("in"))
        {
            throw new FormatException($"the #foreach at character {hash + 1} wants ($name in list)");
        }

        var list = parser.Expression();
        parser.Expect(')');
        _at = parser.At;
        TakeLine(hash);
        Flush(nodes);
        var body = Block(out var closing);
        nodes.Add(closing == Closing.EndDirective ? new ForeachNode(name.Name, list, body) : throw new FormatException($"the #foreach at character {hash + 1} has no #end"));
        return Closing.End;
    }

    private Closing Set(List<TemplateNode> nodes, int hash)
    {
        var parser = new ExpressionParser(source, _at, _depth);
        parser.Expect('(');
        parser.SkipSpace();
        var name = parser.DollarReference();
        parser.Expect('=');
        if (!name.IsPlain)
        {
            throw new UnsupportedTemplateException($"the #set at character {hash + 1} sets a part of a value, which is not supported: set a name");
        }

        var value = parser.Expression();
        parser.Expect(')');
        _at = parser.At;
        TakeLine(hash);
        Flush(nodes);
        nodes.Add(new SetNode(name.Name, value));
        return Closing.End;
    }

    private Closing Stop(List<TemplateNode> nodes, int hash, bool endsAll)
    {
        TakeLine(hash);
        Flush(nodes);
        nodes.Add(new EndNode(endsAll));
        return Closing.End;
    }

    /// <summary>When nothing but the directive stands in its line, the line goes with it.</summary>
    private void TakeLine(int hash)
    {
        var before = hash;
        while (before > 0 && source[before - 1] is ' ' or '\t')
        {
            before--;
        }

        var after = SkipBlanks(_at);
        var isAlone = (before == 0 || source[before - 1] is '\n' or '\r') && (after == source.Length || source[after] is '\n' or '\r');
        if (!isAlone)
        {
            return;
        }

        _literal.Length -= Math.Min(hash - before, _literal.Length);
        _at = after + (At(after) == '\r' && At(after + 1) == '\n' ? 2 : after < source.Length ? 1 : 0);
    }

    private int SkipBlanks(int from)
    {
        while (At(from) is ' ' or '\t')
        {
            from++;
        }

        return from;
    }

    private char At(int place) => place < source.Length ? source[place] : '\0';

    private void Flush(List<TemplateNode> nodes)
    {
        if (_literal.Length > 0)
        {
            nodes.Add(new TextNode(_literal.ToString()));
            _literal.Clear();
        }
    }
}
