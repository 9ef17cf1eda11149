namespace ChannelHost.Storage.ChannelFiles.Yaml;

/// <summary>A value as it stands in a file, with its place.</summary>
internal abstract class YamlValue(int line, int column)
{
    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>From 1.</summary>
    public int Column { get; } = column;

    /// <summary>How many values this one is when every alias is written out.</summary>
    public abstract long Size { get; }

    /// <summary>How problems name a value of this shape.</summary>
    public abstract string Shape { get; }
}

/// <summary>How a text was written.</summary>
internal enum YamlStyle
{
    /// <summary>Without quotes.</summary>
    Plain,

    /// <summary>In quotes.</summary>
    Quoted,

    /// <summary>A <c>|</c> block: lines stay lines.</summary>
    Literal,

    /// <summary>A <c>&gt;</c> block: lines are joined.</summary>
    Folded,
}

/// <summary>A text. Its type is decided by the setting it is for, never by how it looks.</summary>
internal sealed class YamlText(int line, int column, string text, YamlStyle style) : YamlValue(line, column)
{
    public string Text { get; } = text;

    public YamlStyle Style { get; } = style;

    /// <summary>True for a key with nothing after it.</summary>
    public bool IsNothing => Style == YamlStyle.Plain && Text is "" or "~" or "null";

    public override long Size => 1;

    public override string Shape => IsNothing ? "nothing" : Text.Length == 0 ? "an empty text" : Shown.Value(Text);
}

/// <summary>Keys and values, in order.</summary>
internal sealed class YamlBlock : YamlValue
{
    private readonly Dictionary<string, YamlEntry> _byKey;

    public YamlBlock(int line, int column, IReadOnlyList<YamlEntry> entries)
        : base(line, column)
    {
        Entries = entries;
        _byKey = entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        Size = 1 + entries.Sum(entry => entry.Value.Size);
    }

    public IReadOnlyList<YamlEntry> Entries { get; }

    public override long Size { get; }

    public override string Shape => "a block of keys";

    public YamlValue? Find(string key) => _byKey.TryGetValue(key, out var entry) ? entry.Value : null;
}

/// <summary>A key with its place and its value.</summary>
internal readonly record struct YamlEntry(string Key, int Line, int Column, YamlValue Value);

/// <summary>A list.</summary>
internal sealed class YamlList(int line, int column, IReadOnlyList<YamlValue> items) : YamlValue(line, column)
{
    public IReadOnlyList<YamlValue> Items { get; } = items;

    public override long Size { get; } = 1 + items.Sum(item => item.Size);

    public override string Shape => "a list";
}
