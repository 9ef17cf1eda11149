using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Yaml;

/// <summary>A value of a file that is being made.</summary>
internal abstract record YamlNode;

/// <summary>A text.</summary>
internal sealed record YamlScalar(string Text) : YamlNode;

/// <summary>A list of short texts, on one line.</summary>
internal sealed record YamlWords(IReadOnlyList<string> Words) : YamlNode;

/// <summary>A list of blocks.</summary>
internal sealed record YamlBlocks(IReadOnlyList<YamlBlock> Items) : YamlNode;

/// <summary>An entry of a block.</summary>
/// <param name="Key">Its key; empty for lines that are only a comment.</param>
/// <param name="Value">Its value.</param>
/// <param name="Comment">Lines of comment before it; empty for none.</param>
/// <param name="Origin">What in the export it comes from; null when nothing does.</param>
internal sealed record YamlEntry(string Key, YamlNode? Value, string Comment, ExportElement? Origin);

/// <summary>Keys and values in order.</summary>
internal sealed record YamlBlock : YamlNode
{
    /// <summary>The entries.</summary>
    public List<YamlEntry> Entries { get; } = [];

    /// <summary>What in the export it comes from.</summary>
    public ExportElement? Origin { get; init; }

    /// <summary>Sets a text; null sets nothing.</summary>
    public YamlBlock Set(string key, string? value, ExportElement? origin = null) => value is null ? this : Set(key, new YamlScalar(value), origin);

    /// <summary>Sets true or false.</summary>
    public YamlBlock Set(string key, bool value, ExportElement? origin = null) => Set(key, value ? "true" : "false", origin);

    /// <summary>Sets a value in place of what has the key.</summary>
    public YamlBlock Set(string key, YamlNode value, ExportElement? origin = null)
    {
        var at = Entries.FindIndex(entry => entry.Key == key);
        if (at >= 0)
        {
            Entries[at] = new YamlEntry(key, value, Entries[at].Comment, origin);
        }
        else
        {
            Entries.Add(new YamlEntry(key, value, "", origin));
        }

        return this;
    }

    /// <summary>The block under a key, made when it is not there.</summary>
    public YamlBlock Block(string key, ExportElement? origin = null)
    {
        if (Entries.Find(entry => entry.Key == key)?.Value is YamlBlock block)
        {
            return block;
        }

        block = new YamlBlock { Origin = origin };
        Set(key, block, origin);
        return block;
    }

    /// <summary>Adds a block to the list under a key, made when it is not there.</summary>
    public YamlBlock Append(string key, YamlBlock item, ExportElement? origin = null) =>
        Set(key, Entries.Find(entry => entry.Key == key)?.Value is YamlBlocks list ? new YamlBlocks([.. list.Items, item]) : new YamlBlocks([item]), origin);

    /// <summary>The text under a key; null when there is none.</summary>
    public string? Text(string key) => (Entries.Find(entry => entry.Key == key)?.Value as YamlScalar)?.Text;

    /// <summary>True when there is such a key.</summary>
    public bool Has(string key) => Entries.Exists(entry => entry.Key == key);

    /// <summary>Takes a key away.</summary>
    public void Remove(string key) => Entries.RemoveAll(entry => entry.Key == key);

    /// <summary>Lines of comment.</summary>
    public YamlBlock Comment(string text)
    {
        Entries.Add(new YamlEntry("", null, text, null));
        return this;
    }
}
