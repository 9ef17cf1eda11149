using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>Reads <c>outcome.yaml</c>.</summary>
internal sealed class OutcomeReader(ProblemList problems)
{
    private static readonly string[] MessageKeys = ["source", "text", "destinations"];
    private static readonly string[] TopKeys = [.. MessageKeys, "messages", "response", "routed"];
    private static readonly string[] DestinationKeys = ["outcome", "text", "settings"];

    private static readonly Dictionary<string, bool> ResponseWords = new(StringComparer.Ordinal) { ["none"] = false, ["given"] = true };

    private readonly YamlChecks _checks = new(problems);

    /// <summary>The outcome in words.</summary>
    public CaseOutcome Read(YamlBlock block)
    {
        _checks.OnlyKeys(block, "", TopKeys);
        return new CaseOutcome
        {
            Messages = Messages(block),
            IsAnswered = _checks.Word(block.Find("response"), "response", ResponseWords),
            Routed = _checks.Texts(block.Find("routed"), "routed"),
        };
    }

    private IReadOnlyList<MessageOutcome> Messages(YamlBlock block)
    {
        if (block.Find("messages") is not { } messages)
        {
            return [Message(block, "")];
        }

        foreach (var entry in block.Entries.Where(entry => MessageKeys.Contains(entry.Key)))
        {
            problems.Add(entry.Line, entry.Column, entry.Key, "a setting of one message beside `messages:`", "it in the entries of `messages:`");
        }

        if (messages is not YamlList list)
        {
            problems.Add(messages, "messages", messages.Shape, "a list with a block for each message");
            return [];
        }

        return [.. list.Items.Select((item, at) => Part(item, $"messages[{at}]"))];
    }

    private MessageOutcome Part(YamlValue value, string field)
    {
        if (_checks.Block(value, field) is not { } block)
        {
            return new MessageOutcome();
        }

        _checks.OnlyKeys(block, field, MessageKeys);
        return Message(block, field);
    }

    private MessageOutcome Message(YamlBlock block, string field)
    {
        var destinations = new Dictionary<string, DestinationOutcome>(StringComparer.Ordinal);
        var at = YamlChecks.Join(field, "destinations");
        foreach (var entry in _checks.Block(block.Find("destinations"), at)?.Entries ?? [])
        {
            destinations[entry.Key] = Destination(entry.Value, YamlChecks.Join(at, entry.Key));
        }

        return new MessageOutcome
        {
            Status = _checks.Word(block.Find("source"), YamlChecks.Join(field, "source"), OutcomeWords.Source) ?? MessageStatus.Transformed,
            Text = _checks.Text(block.Find("text"), YamlChecks.Join(field, "text")),
            Destinations = destinations,
        };
    }

    private DestinationOutcome Destination(YamlValue value, string field)
    {
        if (value is YamlText)
        {
            return new DestinationOutcome { Status = Status(value, field) };
        }

        if (_checks.Block(value, field) is not { } block)
        {
            return new DestinationOutcome();
        }

        _checks.OnlyKeys(block, field, DestinationKeys);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in _checks.Block(block.Find("settings"), $"{field}.settings")?.Entries ?? [])
        {
            // A setting may be filled in with nothing at all.
            settings[entry.Key] = entry.Value is YamlText text ? text.Text : _checks.Text(entry.Value, $"{field}.settings.{entry.Key}") ?? "";
        }

        return new DestinationOutcome
        {
            Status = block.Find("outcome") is { } outcome ? Status(outcome, $"{field}.outcome") : MessageStatus.Sent,
            Text = _checks.Text(block.Find("text"), $"{field}.text"),
            Settings = settings,
        };
    }

    private MessageStatus? Status(YamlValue value, string field)
    {
        if (value is YamlText { Text: OutcomeWords.Skipped })
        {
            return null;
        }

        if (value is YamlText { IsNothing: false } text && OutcomeWords.Destination.TryGetValue(text.Text, out var status))
        {
            return status;
        }

        problems.Add(value, field, value.Shape, $"one of {string.Join(", ", OutcomeWords.Destination.Keys)}, {OutcomeWords.Skipped}");
        return null;
    }
}
