using System.Globalization;

namespace ChannelHost.Engine.Cases;

/// <summary>
/// Compares what became of a case. Without words for it, a destination that has a file must be sent it, one that has none must get nothing, and nothing
/// may fail.
/// </summary>
internal sealed class OutcomeComparison
{
    private readonly List<MessageDifference> _places = [];
    private readonly CaseExpectation _expected;
    private readonly CaseCodecs _codecs;
    private string _prefix = "";

    private OutcomeComparison(CaseExpectation expected, CaseCodecs codecs)
    {
        _expected = expected;
        _codecs = codecs;
    }

    /// <summary>Null when all is as expected.</summary>
    public static CaseDifference? Compare(CaseExpectation expected, CaseRecord actual, CaseCodecs codecs)
    {
        var comparison = new OutcomeComparison(expected, codecs);
        comparison.CompareMessages(actual);
        comparison.CompareRouted(actual);
        return comparison._places.Count == 0 ? null : new CaseDifference("outcome", expected.Outcome is null ? null : CaseExpectation.OutcomeFile, "is another")
        {
            Places = comparison._places,
        };
    }

    private void CompareMessages(CaseRecord actual)
    {
        var expected = _expected.Outcome?.Messages;
        if (expected is not null && expected.Count != actual.Messages.Count)
        {
            Add("messages", Number(expected.Count), Number(actual.Messages.Count));
            return;
        }

        for (var index = 0; index < actual.Messages.Count; index++)
        {
            _prefix = actual.Messages.Count == 1 ? "" : $"message {Number(index + 1)}, ";
            Compare(expected?[index], actual.Messages[index], index + 1);
        }

        _prefix = "";
    }

    private void Compare(MessageOutcome? expected, RecordedMessage actual, int number)
    {
        if (actual.Status == MessageStatus.Error || expected is not null)
        {
            Status("source", expected?.Status ?? MessageStatus.Transformed, expected?.Text, actual.Status, actual.Errors);
        }

        if (actual.Status != MessageStatus.Error && actual.PostprocessorError is { } failed && expected?.Text is null)
        {
            Add("postprocessor", null, ErrorText.Short(failed));
        }

        foreach (var name in _codecs.Destinations)
        {
            var delivery = actual.Destinations.FirstOrDefault(candidate => candidate.Name == name);
            if (expected?.Destinations.GetValueOrDefault(name) is { } words)
            {
                Status(name, words.Status, words.Text, delivery?.Status, delivery?.Error);
                Settings(name, words.Settings, delivery?.Delivered);
            }
            else if (delivery is { Status: MessageStatus.Error } || (delivery is { Status: MessageStatus.Queued } && HasFile(name, number)))
            {
                Status(name, HasFile(name, number) ? MessageStatus.Sent : null, null, delivery.Status, delivery.Error);
            }
        }

        foreach (var name in expected?.Destinations.Keys.Except(_codecs.Destinations) ?? [])
        {
            Add(name, "a destination", "no destination has this name, or it is switched off");
        }
    }

    private bool HasFile(string destination, int number) => _expected.Files.Keys.Any(file => CaseFileNames.NumberOf(file, CaseFileNames.Stem(destination)) == number);

    private void Status(string what, MessageStatus? expected, string? expectedText, MessageStatus? actual, string? actualText)
    {
        if (expected != actual)
        {
            Add(what, Word(expected, expectedText), Word(actual, ErrorText.Short(actualText)));
        }
        else if (expectedText is not null && actualText?.Contains(expectedText, StringComparison.Ordinal) != true)
        {
            Add($"{what}, text", expectedText, ErrorText.Short(actualText));
        }
    }

    private void Settings(string destination, IReadOnlyDictionary<string, string> expected, Delivered? actual)
    {
        foreach (var (name, value) in expected)
        {
            // Whoever wrote it by hand may have written what it is in their environment.
            if (actual?.Settings.GetValueOrDefault(name) is var filled && filled != value && actual?.SettingsHere.GetValueOrDefault(name) != value)
            {
                Add($"{destination}, {name}", value, filled);
            }
        }
    }

    private void CompareRouted(CaseRecord actual)
    {
        var hasFiles = _expected.Files.Keys.Any(file => CaseFileNames.NumberOf(file, CaseFileNames.Routed) is not null);
        var channels = actual.Routed.Select(routed => routed.Channel).ToList();
        if (_expected.Outcome?.Routed is { } expected ? !expected.SequenceEqual(channels, StringComparer.Ordinal) : channels.Count > 0 && _expected.Outcome is not null && !hasFiles)
        {
            Add("routed", string.Join(", ", _expected.Outcome?.Routed ?? []), string.Join(", ", channels));
        }
    }

    private void Add(string path, string? expected, string? actual) => _places.Add(new MessageDifference(_prefix + path, null, expected, actual));

    private static string Word(MessageStatus? status, string? text) => status switch
    {
        null => "skipped",
        { } known when text is null => known.ToString().ToLowerInvariant(),
        { } known => $"{known.ToString().ToLowerInvariant()}: {text}",
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
