using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>What the files of cases ask of YAML values again and again; what is wrong goes to the problems, and the answer is then null.</summary>
internal sealed class YamlChecks(ProblemList problems)
{
    /// <summary>Where problems go.</summary>
    public ProblemList Problems => problems;

    /// <summary>Tells of keys that nobody knows.</summary>
    public void OnlyKeys(YamlBlock block, string field, IReadOnlyCollection<string> known)
    {
        foreach (var entry in block.Entries.Where(entry => !known.Contains(entry.Key)))
        {
            problems.Add(entry.Line, entry.Column, Join(field, entry.Key), Shown.Value(entry.Key), Suggestion.Key(entry.Key, known));
        }
    }

    /// <summary>A text.</summary>
    public string? Text(YamlValue? value, string field)
    {
        if (value is null)
        {
            return null;
        }

        if (value is YamlText { IsNothing: false } text)
        {
            return text.Text;
        }

        problems.Add(value, field, value.Shape, "a text");
        return null;
    }

    /// <summary>A block of keys; also for a key with nothing after it, which has none.</summary>
    public YamlBlock? Block(YamlValue? value, string field)
    {
        if (value is null or YamlText { IsNothing: true })
        {
            return null;
        }

        if (value is YamlBlock block)
        {
            return block;
        }

        problems.Add(value, field, value.Shape, "a block of keys");
        return null;
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string>? Texts(YamlValue? value, string field)
    {
        if (value is null)
        {
            return null;
        }

        if (value is YamlText { IsNothing: false } one)
        {
            return [one.Text];
        }

        if (value is YamlList list)
        {
            return [.. list.Items.Select((item, at) => Text(item, $"{field}[{at}]")).OfType<string>()];
        }

        problems.Add(value, field, value.Shape, "a list of texts");
        return null;
    }

    /// <summary>One of some words.</summary>
    public T? Word<T>(YamlValue? value, string field, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (value is null)
        {
            return null;
        }

        if (value is YamlText { IsNothing: false } text && words.TryGetValue(text.Text, out var word))
        {
            return word;
        }

        problems.Add(value, field, value.Shape, value is YamlText written ? Suggestion.OneOf(written.Text, [.. words.Keys]) : $"one of {string.Join(", ", words.Keys)}");
        return null;
    }

    /// <summary>A setting's name in its block.</summary>
    public static string Join(string field, string key) => field.Length == 0 ? key : $"{field}.{key}";
}
