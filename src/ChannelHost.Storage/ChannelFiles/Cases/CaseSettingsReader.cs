using System.Globalization;
using System.Text;
using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>Reads <c>cases/NAME.yaml</c> and <c>cases/cases.yaml</c>: what a case fixes.</summary>
/// <param name="problems">Where problems go.</param>
/// <param name="fileOf">The content of a file beside the settings; null when it cannot be read.</param>
internal sealed class CaseSettingsReader(ProblemList problems, Func<string, byte[]?> fileOf)
{
    private static readonly string[] Keys =
        ["sourceMap", "clock", "timeZone", "messageId", "globalMap", "globalChannelMap", "configuration", "answers", "channels", "ignore"];

    private static readonly string[] AnswerKeys = ["status", "message", "file", "reason"];

    private static readonly Dictionary<string, MessageStatus> AnswerWords = new(StringComparer.Ordinal)
    {
        ["sent"] = MessageStatus.Sent, ["queued"] = MessageStatus.Queued, ["error"] = MessageStatus.Error,
    };

    private readonly YamlChecks _checks = new(problems);

    /// <summary>The settings; what the file does not say is as in <paramref name="defaults"/>.</summary>
    public CaseSettings Read(YamlBlock block, CaseSettings defaults)
    {
        _checks.OnlyKeys(block, "", Keys);
        return defaults with
        {
            SourceMap = Merged(defaults.SourceMap, block, "sourceMap"),
            Clock = Clock(block.Find("clock")) ?? defaults.Clock,
            TimeZone = Zone(block.Find("timeZone")) ?? defaults.TimeZone,
            MessageId = MessageId(block.Find("messageId")) ?? defaults.MessageId,
            GlobalMap = Merged(defaults.GlobalMap, block, "globalMap"),
            GlobalChannelMap = Merged(defaults.GlobalChannelMap, block, "globalChannelMap"),
            Configuration = Configuration(defaults.Configuration, block.Find("configuration")),
            Answers = Answers(defaults.Answers, block, "answers"),
            Channels = Answers(defaults.Channels, block, "channels"),
            Ignore = Ignore(defaults.Ignore, block.Find("ignore")),
        };
    }

    private IReadOnlyDictionary<string, object?> Merged(IReadOnlyDictionary<string, object?> defaults, YamlBlock block, string key) =>
        _checks.Block(block.Find(key), key) is { } map ? Over(defaults, PlainYaml.Map(map)) : defaults;

    private DateTimeOffset? Clock(YamlValue? value)
    {
        if (_checks.Text(value, "clock") is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var clock))
        {
            return clock;
        }

        problems.Add(value!, "clock", Shown.Value(text), "a time such as 2026-01-01T12:00:00Z");
        return null;
    }

    private TimeZoneInfo? Zone(YamlValue? value)
    {
        if (_checks.Text(value, "timeZone") is not { } text)
        {
            return null;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone))
        {
            return zone;
        }

        problems.Add(value!, "timeZone", Shown.Value(text), "a time zone of this machine such as Europe/Berlin, or UTC");
        return null;
    }

    private long? MessageId(YamlValue? value)
    {
        if (_checks.Text(value, "messageId") is not { } text)
        {
            return null;
        }

        if (OptionText.TryInteger(text, out var id) && id >= 1)
        {
            return id;
        }

        problems.Add(value!, "messageId", Shown.Value(text), "a whole number from 1");
        return null;
    }

    private IReadOnlyDictionary<string, string> Configuration(IReadOnlyDictionary<string, string> defaults, YamlValue? value)
    {
        if (_checks.Block(value, "configuration") is not { } block)
        {
            return defaults;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in block.Entries)
        {
            if (_checks.Text(entry.Value, YamlChecks.Join("configuration", entry.Key)) is { } text)
            {
                texts[entry.Key] = text;
            }
        }

        return Over(defaults, texts);
    }

    private IReadOnlyDictionary<string, CaseAnswer> Answers(IReadOnlyDictionary<string, CaseAnswer> defaults, YamlBlock block, string key)
    {
        if (_checks.Block(block.Find(key), key) is not { } given)
        {
            return defaults;
        }

        var answers = new Dictionary<string, CaseAnswer>(StringComparer.Ordinal);
        foreach (var entry in given.Entries)
        {
            answers[entry.Key] = Answer(entry.Value, YamlChecks.Join(key, entry.Key));
        }

        return Over(defaults, answers);
    }

    private CaseAnswer Answer(YamlValue value, string field)
    {
        if (value is YamlText)
        {
            return new CaseAnswer { Status = _checks.Word(value, field, AnswerWords) ?? MessageStatus.Sent };
        }

        if (_checks.Block(value, field) is not { } block)
        {
            return new CaseAnswer();
        }

        _checks.OnlyKeys(block, field, AnswerKeys);
        var answer = new CaseAnswer
        {
            Status = _checks.Word(block.Find("status"), $"{field}.status", AnswerWords) ?? MessageStatus.Sent,
            Content = Content(block, field),
        };
        return _checks.Text(block.Find("reason"), $"{field}.reason") is { } reason ? answer with { Reason = reason } : answer;
    }

    private ReadOnlyMemory<byte>? Content(YamlBlock block, string field)
    {
        if (_checks.Text(block.Find("message"), $"{field}.message") is { } message)
        {
            return Encoding.UTF8.GetBytes(message);
        }

        if (block.Find("file") is not { } file || _checks.Text(file, $"{field}.file") is not { } name)
        {
            return null;
        }

        if (fileOf(name) is { } content)
        {
            return content;
        }

        problems.Add(file, $"{field}.file", Shown.Value(name), "a file in the folder of cases that can be read");
        return null;
    }

    private IReadOnlyDictionary<string, IReadOnlyList<string>> Ignore(IReadOnlyDictionary<string, IReadOnlyList<string>> defaults, YamlValue? value)
    {
        if (value is null or YamlText { IsNothing: true })
        {
            return defaults;
        }

        var paths = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (value is YamlBlock block)
        {
            foreach (var entry in block.Entries)
            {
                paths[entry.Key] = _checks.Texts(entry.Value, YamlChecks.Join("ignore", entry.Key)) ?? [];
            }
        }
        else if (_checks.Texts(value, "ignore") is { } all)
        {
            paths["*"] = all;
        }

        return Over(defaults, paths);
    }

    private static Dictionary<string, T> Over<T>(IReadOnlyDictionary<string, T> below, IReadOnlyDictionary<string, T> above)
    {
        var both = new Dictionary<string, T>(below, StringComparer.Ordinal);
        foreach (var (key, value) in above)
        {
            both[key] = value;
        }

        return both;
    }
}
