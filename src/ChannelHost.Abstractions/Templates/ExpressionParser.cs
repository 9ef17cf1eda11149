using System.Globalization;

namespace ChannelHost.Abstractions;

/// <summary>Reads what has a value in a template: references with their steps, literals, and what operators join.</summary>
internal sealed class ExpressionParser(string source, int at, int depth)
{
    /// <summary>How deep brackets, quotes and directives may nest.</summary>
    public const int Deepest = 64;

    private static readonly string[][] Levels = [["||", "or"], ["&&", "and"], ["==", "!=", "eq", "ne"], ["<=", ">=", "<", ">", "le", "ge", "lt", "gt"], ["+", "-"], ["*", "/", "%"]];

    private int _depth = depth;

    /// <summary>Where reading goes on.</summary>
    public int At { get; private set; } = at;

    /// <summary>Reads <c>name.step(...)</c> up to a closing brace; null when something else stands there. <paramref name="end"/> is then -1, else the brace's place.</summary>
    public static ReferenceExpression? TryReadWay(string source, int start, out int end)
    {
        end = -1;
        try
        {
            var parser = new ExpressionParser(source, start, 0);
            parser.SkipSpace();
            if (!parser.IsName())
            {
                return null;
            }

            var way = parser.Reference();
            parser.SkipSpace();
            end = parser.Peek() == '}' ? parser.At : -1;
            return end < 0 ? null : way;
        }
        catch (FormatException)
        {
            // No way into a value: it may be a name all the same (date:HH'h'mm).
            return null;
        }
    }

    /// <summary>The value of an expression.</summary>
    public TemplateExpression Expression() => Level(0);

    /// <summary>A name and its steps. What cannot be a step is left to stand.</summary>
    public ReferenceExpression Reference()
    {
        var name = Name();
        var steps = new List<ReferenceStep>();
        while (true)
        {
            if (Peek() == '.' && IsNameStart(Peek(1)))
            {
                At++;
                var member = Name();
                steps.Add(new ReferenceStep(member, Peek() == '(' ? Arguments() : null, null));
            }
            else if (Peek() == '[')
            {
                At++;
                var index = Nested();
                Expect(']');
                steps.Add(new ReferenceStep(null, null, index));
            }
            else
            {
                return new ReferenceExpression(name, [.. steps]);
            }
        }
    }

    /// <summary>True when a name begins here.</summary>
    public bool IsName() => IsNameStart(Peek());

    /// <summary>A name: letters, digits, _ and -, beginning with a letter or _.</summary>
    public string Name()
    {
        var start = At;
        if (!IsName())
        {
            throw Wanted("a name");
        }

        while (IsNameStart(Peek()) || char.IsAsciiDigit(Peek()) || Peek() == '-')
        {
            At++;
        }

        return source[start..At];
    }

    /// <summary>The next character must be this one, after blanks.</summary>
    public void Expect(char wanted)
    {
        SkipSpace();
        if (Peek() != wanted)
        {
            throw Wanted($"'{wanted}'");
        }

        At++;
    }

    /// <summary>Goes on behind blanks and line ends.</summary>
    public void SkipSpace()
    {
        while (At < source.Length && char.IsWhiteSpace(source[At]))
        {
            At++;
        }
    }

    /// <summary>True, and behind it, when this word stands here by itself.</summary>
    public bool TakeWord(string word)
    {
        if (!source.AsSpan(At).StartsWith(word) || IsNameStart(Peek(word.Length)) || char.IsAsciiDigit(Peek(word.Length)))
        {
            return false;
        }

        At += word.Length;
        return true;
    }

    /// <summary>The character here, or so many further on; NUL at the end.</summary>
    public char Peek(int ahead = 0) => At + ahead < source.Length ? source[At + ahead] : '\0';

    /// <summary>Reads <c>$name</c>, <c>$!name</c>, <c>${name}</c>, standing on the dollar.</summary>
    public ReferenceExpression DollarReference()
    {
        Expect('$');
        At += Peek() == '!' ? 1 : 0;
        if (Peek() != '{')
        {
            return Reference();
        }

        At++;
        var reference = Reference();
        Expect('}');
        return reference;
    }

    private TemplateExpression Level(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        var left = Level(level + 1);
        while (Operator(Levels[level]) is { } sign)
        {
            left = new BinaryExpression(sign, left, Level(level + 1));
        }

        return left;
    }

    private string? Operator(string[] signs)
    {
        SkipSpace();
        foreach (var sign in signs)
        {
            if (char.IsAsciiLetter(sign[0]) ? TakeWord(sign) : TakeSign(sign))
            {
                return sign switch
                {
                    "or" => "||",
                    "and" => "&&",
                    "eq" => "==",
                    "ne" => "!=",
                    "le" => "<=",
                    "ge" => ">=",
                    "lt" => "<",
                    "gt" => ">",
                    _ => sign,
                };
            }
        }

        return null;
    }

    private bool TakeSign(string sign)
    {
        if (!source.AsSpan(At).StartsWith(sign))
        {
            return false;
        }

        At += sign.Length;
        return true;
    }

    private TemplateExpression Unary()
    {
        SkipSpace();
        if (Peek() == '!' || TakeWord("not"))
        {
            At += Peek() == '!' ? 1 : 0;
            return Deeper(() => new UnaryExpression(isNot: true, Unary()));
        }

        if (Peek() == '-' && !char.IsAsciiDigit(Peek(1)))
        {
            At++;
            return Deeper(() => new UnaryExpression(isNot: false, Unary()));
        }

        return Primary();
    }

    private TemplateExpression Primary()
    {
        var next = Peek();
        if (char.IsAsciiDigit(next) || next == '-')
        {
            return Number();
        }

        switch (next)
        {
            case '$':
                return DollarReference();
            case '\'':
                return new LiteralExpression(Quoted('\''));
            case '"':
                return new QuotedExpression(VelocityParser.Parse(Quoted('"'), _depth + 1));
            case '(':
                At++;
                var inner = Nested();
                Expect(')');
                return inner;
            case '[':
                return List();
            case '{':
                return Map();
        }

        return TakeWord("true") ? new LiteralExpression(true)
            : TakeWord("false") ? new LiteralExpression(false)
            : TakeWord("null") ? new LiteralExpression(null)
            : throw Wanted("a value");
    }

    private LiteralExpression Number()
    {
        var start = At++;
        var isWhole = true;
        while (char.IsAsciiDigit(Peek()) || (Peek() == '.' && isWhole && char.IsAsciiDigit(Peek(1))))
        {
            isWhole &= Peek() != '.';
            At++;
        }

        var text = source.AsSpan(start, At - start);
        return isWhole && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? new LiteralExpression(whole)
            : new LiteralExpression(double.Parse(text, CultureInfo.InvariantCulture));
    }

    private string Quoted(char quote)
    {
        var end = At + 1;
        var text = new System.Text.StringBuilder();
        for (; end < source.Length; end++)
        {
            if (source[end] == quote)
            {
                if (end + 1 < source.Length && source[end + 1] == quote)
                {
                    end++;
                }
                else
                {
                    At = end + 1;
                    return text.ToString();
                }
            }

            text.Append(source[end]);
        }

        throw Wanted($"a closing {quote}");
    }

    private TemplateExpression List()
    {
        At++;
        var items = new List<TemplateExpression>();
        SkipSpace();
        while (Peek() != ']')
        {
            items.Add(Nested());
            SkipSpace();
            if (items.Count == 1 && TakeSign(".."))
            {
                var last = Nested();
                Expect(']');
                return new RangeExpression(items[0], last);
            }

            Separator(']');
        }

        At++;
        return new ListExpression([.. items]);
    }

    private MapExpression Map()
    {
        At++;
        var entries = new List<(TemplateExpression, TemplateExpression)>();
        SkipSpace();
        while (Peek() != '}')
        {
            var key = Nested();
            Expect(':');
            entries.Add((key, Nested()));
            Separator('}');
        }

        At++;
        return new MapExpression([.. entries]);
    }

    private TemplateExpression[] Arguments()
    {
        At++;
        var arguments = new List<TemplateExpression>();
        SkipSpace();
        while (Peek() != ')')
        {
            arguments.Add(Nested());
            Separator(')');
        }

        At++;
        return [.. arguments];
    }

    private void Separator(char end)
    {
        SkipSpace();
        if (Peek() != end)
        {
            Expect(',');
            SkipSpace();
        }
    }

    private TemplateExpression Nested() => Deeper(Expression);

    private TemplateExpression Deeper(Func<TemplateExpression> read)
    {
        if (++_depth > Deepest)
        {
            throw new UnsupportedTemplateException($"nested deeper than {Deepest} at character {At + 1}");
        }

        var expression = read();
        _depth--;
        return expression;
    }

    private FormatException Wanted(string what) => new($"{what} is missing at character {At + 1}");

    private static bool IsNameStart(char letter) => char.IsAsciiLetter(letter) || letter == '_';
}
