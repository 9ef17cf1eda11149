using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ChannelHost.Storage.ChannelFiles.Yaml;

/// <summary>
/// Reads the text of a <c>channel.yaml</c> into values that know their places. Only what configuration needs: one document, texts, lists, keys that are
/// texts, anchors and aliases. Depth, size and what aliases multiply to are limited, because anybody who may save a file may save a bad one.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>How deep values may stand in each other.</summary>
    public const int MaximumDepth = 64;

    /// <summary>How many values a file may have with every alias written out.</summary>
    public const int MaximumValues = 20_000;

    private const string ChannelWanted = "a block of keys, with `source:` among them";

    private readonly Parser _parser;
    private readonly ProblemList _problems;
    private readonly Dictionary<string, YamlValue?> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<Mark> _open = new();
    private readonly string _wanted;
    private long _values;

    private YamlReader(string text, ProblemList problems, string wanted)
    {
        _wanted = wanted;
        _parser = new Parser(new StringReader(text));
        _problems = problems;
    }

    /// <summary>The file's top block; null when it cannot be read, with the reason in the problems. Never throws for what the text says.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="wanted">What the file should hold, for people.</param>
    public static YamlBlock? Read(string text, ProblemList problems, string wanted = ChannelWanted)
    {
        var reader = new YamlReader(text, problems, wanted);
        try
        {
            return reader.ReadDocument();
        }
        catch (LimitException limit)
        {
            problems.Add((int)limit.At.Line, (int)limit.At.Column, "", limit.Found, limit.Message);
            return null;
        }
        catch (YamlException syntax)
        {
            problems.Add(YamlSyntax.Explain(text, syntax, problems.File));
            return null;
        }
        catch (InvalidOperationException)
        {
            // The parser says no more than this when a { or [ is not closed before the next key.
            var at = reader._open.TryPeek(out var open) ? open : reader._parser.Current?.End ?? Mark.Empty;
            problems.Add((int)at.Line, (int)at.Column, "", "a { or [ that is not closed", "its } or ] before the next key");
            return null;
        }
    }

    private YamlBlock? ReadDocument()
    {
        Expect<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            _problems.Add(1, 1, "", "an empty file", "at least `source:` with a `type:`");
            return null;
        }

        Expect<DocumentStart>();
        var value = ReadValue(0);
        Expect<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            _problems.Add(Line(second.Start), Column(second.Start), "", "a second document", "one document per file: no `---` in it");
        }

        if (value is YamlBlock block)
        {
            return block;
        }

        _problems.Add(value, "", value.Shape, _wanted);
        return null;
    }

    private YamlValue ReadValue(int depth)
    {
        var current = _parser.Current ?? throw new YamlException("the file ends too early");
        if (depth > MaximumDepth)
        {
            throw new LimitException(current.Start, $"more than {MaximumDepth} levels", $"at most {MaximumDepth} levels of lists and blocks");
        }

        if (++_values > MaximumValues)
        {
            throw TooManyValues(current);
        }

        if (current is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            var tag = Shown.Value(tagged.Tag.ToString());
            _problems.AddSyntax(Line(current.Start), Column(current.Start), $"the tag {tag}", "no tags: the setting decides what a value is");
        }

        var anchor = Declare(current);
        YamlValue value = current switch
        {
            Scalar scalar => ReadText(scalar),
            AnchorAlias alias => ReadAlias(alias),
            SequenceStart start => ReadList(start, depth),
            MappingStart start => ReadBlock(start, depth),
            _ => throw new YamlException(current.Start, current.End, "a value is missing"),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = value;
        }

        return value;
    }

    /// <summary>An anchor is known from its start, so that an alias inside it can be told from one to nothing.</summary>
    private string? Declare(ParsingEvent current)
    {
        if (current is not NodeEvent { Anchor.IsEmpty: false } node)
        {
            return null;
        }

        _anchors[node.Anchor.Value] = null;
        return node.Anchor.Value;
    }

    private YamlText ReadText(Scalar scalar)
    {
        _parser.MoveNext();
        var style = scalar.Style switch
        {
            ScalarStyle.Literal => YamlStyle.Literal,
            ScalarStyle.Folded => YamlStyle.Folded,
            ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => YamlStyle.Quoted,
            _ => YamlStyle.Plain,
        };
        return new YamlText(Line(scalar.Start), Column(scalar.Start), scalar.Value, style);
    }

    private YamlValue ReadAlias(AnchorAlias alias)
    {
        _parser.MoveNext();
        var name = alias.Value.Value;
        if (_anchors.TryGetValue(name, out var value) && value is not null)
        {
            _values += value.Size;
            return _values > MaximumValues ? throw TooManyValues(alias) : value;
        }

        var wanted = _anchors.ContainsKey(name)
            ? "an alias that does not stand inside what it names"
            : $"an anchor `&{Shown.Text(name)}` before it, or quotes around a text that begins with `*`";
        _problems.AddSyntax(Line(alias.Start), Column(alias.Start), $"the alias {Shown.Value("*" + name)}", wanted);
        return new YamlText(Line(alias.Start), Column(alias.Start), "", YamlStyle.Quoted);
    }

    private YamlList ReadList(SequenceStart start, int depth)
    {
        Open(start.Start, start.Style == SequenceStyle.Flow);
        var items = new List<YamlValue>();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(ReadValue(depth + 1));
        }

        Close(start.Style == SequenceStyle.Flow);
        return new YamlList(Line(start.Start), Column(start.Start), items);
    }

    private YamlBlock ReadBlock(MappingStart start, int depth)
    {
        Open(start.Start, start.Style == MappingStyle.Flow);
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            var key = ReadValue(depth + 1);
            var value = ReadValue(depth + 1);
            if (key is not YamlText { IsNothing: false } text)
            {
                // The parser does not know where a key is that is not there.
                YamlValue at = key is YamlText ? value : key;
                _problems.AddSyntax(at.Line, at.Column, $"{key.Shape} as a key", "a name as the key");
            }
            else if (!lines.TryAdd(text.Text, text.Line))
            {
                _problems.Add(text, "", $"{Shown.Value(text.Text)} a second time", $"it once; the first is on line {lines[text.Text]}");
            }
            else
            {
                entries.Add(new YamlEntry(text.Text, text.Line, text.Column, value));
            }
        }

        Close(start.Style == MappingStyle.Flow);
        return new YamlBlock(Line(start.Start), Column(start.Start), entries);
    }

    private void Open(Mark at, bool isFlow)
    {
        if (isFlow)
        {
            _open.Push(at);
        }

        _parser.MoveNext();
    }

    private void Close(bool isFlow)
    {
        _parser.MoveNext();
        if (isFlow)
        {
            _open.Pop();
        }
    }

    private void Expect<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        if (_parser.Current is not T)
        {
            throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "the file ends too early");
        }

        _parser.MoveNext();
    }

    private static LimitException TooManyValues(ParsingEvent at) =>
        new(at.Start, $"more than {MaximumValues:N0} values (aliases counted each time)", $"at most {MaximumValues:N0} values in one file");

    private static int Line(Mark mark) => (int)mark.Line;

    private static int Column(Mark mark) => (int)mark.Column;

    private sealed class LimitException(Mark at, string found, string wanted) : Exception(wanted)
    {
        public Mark At { get; } = at;

        public string Found { get; } = found;
    }
}
