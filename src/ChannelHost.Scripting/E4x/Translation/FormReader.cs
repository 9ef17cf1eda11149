namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>
/// The first pass: reads a script token by token, always knowing whether an operand or an operator may follow, and writes E4X forms as plain JavaScript
/// where they stand. What needs the extent of an operand (descendants, predicates) is written as a member with a mark, for <see cref="OperandRewriter"/>.
/// </summary>
internal sealed partial class FormReader
{
    /// <summary>How many brackets, literals and templates may be open at a time. More is an error before the parser's own stack is in question.</summary>
    private const int MaxFrames = 1_000;

    /// <summary>How many predicates may be open at a time: each name in one asks all elements around it.</summary>
    private const int MaxPredicates = 16;

    private readonly string _text;
    private readonly Compatibility _compatibility;
    private readonly EditedText _out;
    private readonly Dictionary<int, Mark> _marks = [];
    private readonly List<(int Offset, string Message)> _warnings = [];
    private readonly List<(int Start, int Length)> _names = [];
    private Frame[] _frames = new Frame[16];
    private int _open;
    private int _at;
    private int _predicates;
    private Expected _expected;

    // Of the token before: whether a line ended between, and what it was where that counts.
    private bool _newLine;
    private bool _afterArrow;
    private bool _afterFunction;
    private bool _afterSuper;
    private Expected? _beforeAsync;
    private int _lastWord;
    private int? _reserved;
    private FrameKind? _head;
    private bool _control;

    /// <param name="text">The author's text.</param>
    /// <param name="compatibility">Whose oddities are taken.</param>
    public FormReader(string text, Compatibility compatibility = Compatibility.None)
    {
        _compatibility = compatibility;
        _text = text;
        _out = new EditedText(text);
        _frames[0] = new Frame { Kind = FrameKind.Program };
    }

    /// <summary>Where the first form of E4X begins, also one that cannot be read; null when there is none.</summary>
    public int? FirstForm { get; private set; }

    /// <summary>What the second pass must know, by offsets of the result.</summary>
    public IReadOnlyDictionary<int, Mark> Marks => _marks;

    /// <summary>What is legal but must be wrong, by offsets of the author's text.</summary>
    public IReadOnlyList<(int Offset, string Message)> Warnings => _warnings;

    /// <summary>The result's map to the author's text.</summary>
    public PositionMap Map => _out.Map;

    private ref Frame Top => ref _frames[_open];

    /// <summary>Reads the script.</summary>
    /// <returns>The script without E4X; the same text when it has none.</returns>
    /// <exception cref="TranslationException">It cannot be read.</exception>
    public string Read()
    {
        if (_text.StartsWith("#!", StringComparison.Ordinal))
        {
            _at = LineEnd(0);
        }

        while (SkipTrivia())
        {
            ReadToken();
        }

        for (var open = _open; open > 0; open--)
        {
            if (_frames[open].Kind is FrameKind.MarkupExpression or FrameKind.Markup)
            {
                throw Unterminated(_frames[open]);
            }
        }

        if (FirstForm is not null && _reserved is { } reserved)
        {
            throw new TranslationException(reserved, "Names that begin with __e4x or __x1 are taken by the host in scripts with E4X: use another");
        }

        return _out.IsUntouched ? _text : _out.Finish();
    }

    private char Ahead(int distance) => _at + distance < _text.Length ? _text[_at + distance] : '\0';

    private void ReadToken()
    {
        var (arrow, function, super, async) = (_afterArrow, _afterFunction, _afterSuper, _beforeAsync);
        (_afterArrow, _afterFunction, _afterSuper, _beforeAsync) = (false, false, false, null);
        var c = _text[_at];
        if (Characters.StartsWord(c) || (c == '#' && Characters.StartsWord(Ahead(1))))
        {
            ReadWord(async);
            return;
        }

        switch (c)
        {
            case >= '0' and <= '9':
                EndOperand(NumberEnd(_at));
                break;
            case '"' or '\'':
                EndOperand(StringEnd(_at));
                break;
            case '`':
                _at++;
                ReadTemplate();
                break;
            case '.':
                ReadDot(super);
                break;
            case '(' or '[' or '{':
                OpenBracket(c, arrow);
                break;
            case ')' or ']' or '}':
                CloseBracket(c);
                break;
            case '<' when _expected is Expected.Statement or Expected.Operand:
                OpenMarkup();
                break;
            case '/' when _expected is Expected.Statement or Expected.Operand:
                EndOperand(RegexEnd(_at));
                break;
            case '@' when _expected is Expected.Statement or Expected.Operand && _predicates > 0:
                ReadBareAttribute();
                break;
            case '*':
                ReadStar(function);
                break;
            default:
                ReadPunctuation(c);
                break;
        }
    }

    private void ReadPunctuation(char c)
    {
        switch (c)
        {
            case '+' or '-' when Ahead(1) == c:
                // After an operand on the same line it belongs to that; else an operand follows.
                _expected = _expected == Expected.Operator && !_newLine ? Expected.Operator : Expected.Operand;
                _at += 2;
                break;
            case '?' when Ahead(1) == '.' && !char.IsAsciiDigit(Ahead(2)):
                ReadOptional();
                break;
            case '?' when Ahead(1) == '?':
                _at += 2;
                _expected = Expected.Operand;
                break;
            case '?':
                Top.Questions++;
                Operator();
                break;
            case ':':
                ReadColon();
                break;
            case ';':
                ReadSemicolon();
                break;
            case ',':
                Operator();
                if (Top.Kind == FrameKind.Object)
                {
                    _expected = Expected.Name;
                }

                break;
            case '<' when Ahead(1) == '<':
                _at += 2;
                _expected = Expected.Operand;
                break;
            case '=' when Ahead(1) == '>':
                _at += 2;
                _afterArrow = true;
                _expected = Expected.Operand;
                break;
            case '=' when Ahead(1) != '=' && Top is { Kind: FrameKind.ForEachHead, SeenIn: false }:
                // An error, unless the head turns out to be none of "for each".
                Top.Initializer ??= _lastWord;
                Operator();
                break;
            default:
                Operator();
                break;
        }
    }

    private void Operator()
    {
        _at++;
        _expected = Expected.Operand;
    }

    // A name may be text or a number, too.
    private void EndOperand(int end)
    {
        var isName = _expected == Expected.Name || (Top.Kind == FrameKind.Class && _newLine && _expected == Expected.Operator);
        _at = end;
        _expected = isName ? Expected.Name : Expected.Operator;
    }

    private void ReadColon()
    {
        _at++;
        ref var top = ref Top;
        if (top.Questions > 0)
        {
            top.Questions--;
            _expected = Expected.Operand;
            return;
        }

        _expected = top.Kind is FrameKind.Program or FrameKind.Block or FrameKind.Body ? Expected.Statement : Expected.Operand;
    }

    private void ReadSemicolon()
    {
        ref var top = ref Top;
        if (top.Kind == FrameKind.ForEachHead)
        {
            // Rhino takes "for each (;;)" for a plain loop.
            if (_compatibility != Compatibility.Mirth || top.SeenIn)
            {
                throw TranslationException.Unexpected(_text, _at);
            }

            (top.Kind, top.Close) = (FrameKind.ForHead, null);
        }

        _at++;
        top.Questions = 0;
        top.Pending = Pending.None;
        _expected = top.Kind switch
        {
            FrameKind.Class => Expected.Name,
            FrameKind.ForHead => Expected.Operand,
            _ => Expected.Statement,
        };
    }

    private void ReadStar(bool afterFunction)
    {
        if (afterFunction || _expected == Expected.Name)
        {
            _at++;
            Top.PendingGenerator = true;
            return;
        }

        if (_expected is Expected.Statement or Expected.Operand && _predicates > 0 && IsQualifier(_at + 1, out var after))
        {
            ReadBareQualified(_at, after, ReadOnlySpan<char>.Empty);
            return;
        }

        Operator();
    }

    private void Found(int offset) => FirstForm ??= offset;
}
