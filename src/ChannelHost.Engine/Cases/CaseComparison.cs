using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ChannelHost.Engine.Cases;

/// <summary>Says where what came is not what was expected: messages by what they mean, outcomes by their words.</summary>
/// <param name="codecs">How the messages are read.</param>
/// <param name="ignore">Paths that are not compared, by destination or <c>response</c>; under <c>*</c> those of all.</param>
internal sealed class CaseComparison(CaseCodecs codecs, IReadOnlyDictionary<string, IReadOnlyList<string>> ignore)
{
    private const string Everything = "*";

    /// <summary>All differences: the outcome first, then what destinations got, the answer, and what went to other channels.</summary>
    public IReadOnlyList<CaseDifference> Compare(CaseExpectation? expected, CaseRecord actual)
    {
        if (expected is null)
        {
            return [new CaseDifference("case", null, "no expectation: run with --update, and read what it wrote")];
        }

        var differences = new List<CaseDifference>();
        if (OutcomeComparison.Compare(expected, actual, codecs) is { } outcome)
        {
            differences.Add(outcome);
        }

        var files = new ExpectedFiles(expected.Files, codecs.Destinations, actual.Messages.Count);
        CompareDestinations(files, actual, differences);
        CompareResponse(files, expected.Outcome?.IsAnswered, actual, differences);
        CompareRouted(files, actual, differences);
        differences.AddRange(files.NotTaken.Select(name => new CaseDifference("case", name, files.WhyUnknown(name))));
        return differences;
    }

    private void CompareDestinations(ExpectedFiles files, CaseRecord actual, List<CaseDifference> differences)
    {
        for (var number = 1; number <= actual.Messages.Count; number++)
        {
            foreach (var destination in codecs.Destinations)
            {
                var subject = actual.Messages.Count == 1 ? destination : string.Create(CultureInfo.InvariantCulture, $"{destination} (message {number})");
                var file = files.Take(CaseFileNames.Stem(destination), number);
                var got = actual.Messages[number - 1].Destinations.FirstOrDefault(delivery => delivery.Name == destination)?.Delivered;
                Compare(subject, destination, file, got?.Content, codecs.Of(destination), differences);
            }
        }
    }

    private void CompareResponse(ExpectedFiles files, bool? isAnswered, CaseRecord actual, List<CaseDifference> differences)
    {
        var file = files.Take(CaseFileNames.Response, 1);
        if (file is not null)
        {
            Compare(CaseFileNames.Response, CaseFileNames.Response, file, actual.Response, codecs.Source, differences);
        }
        else if (isAnswered == false && actual.Response is not null)
        {
            differences.Add(new CaseDifference(CaseFileNames.Response, CaseExpectation.OutcomeFile, "the sender got an answer, and was to get none"));
        }
        else if (isAnswered == true && actual.Response is null)
        {
            differences.Add(new CaseDifference(CaseFileNames.Response, CaseExpectation.OutcomeFile, "the sender got no answer, and was to get one"));
        }
    }

    private void CompareRouted(ExpectedFiles files, CaseRecord actual, List<CaseDifference> differences)
    {
        for (var number = 1; number <= actual.Routed.Count; number++)
        {
            var subject = string.Create(CultureInfo.InvariantCulture, $"{CaseFileNames.Routed} {number}");
            var content = actual.Routed[number - 1].Content;
            Compare(subject, CaseFileNames.Routed, files.Take(CaseFileNames.Routed, number), content, codecs.For(content), differences);
        }
    }

    private void Compare(
        string subject, string rules, (string Name, ReadOnlyMemory<byte> Content)? file, ReadOnlyMemory<byte>? actual, IMessageCodec? codec, List<CaseDifference> differences)
    {
        switch (file, actual)
        {
            case (null, null):
                return;
            case (null, { } unexpected):
                differences.Add(new CaseDifference(subject, null, $"got {unexpected.Length} bytes, and nothing is expected") { Texts = Texts(default, unexpected, codec) });
                return;
            case ({ } missing, null):
                differences.Add(new CaseDifference(subject, missing.Name, "got nothing"));
                return;
            case ({ } expected, { } got):
                if (CompareContents(subject, rules, expected, got, codec) is { } difference)
                {
                    differences.Add(difference);
                }

                return;
        }
    }

    private CaseDifference? CompareContents(
        string subject, string rules, (string Name, ReadOnlyMemory<byte> Content) file, ReadOnlyMemory<byte> actual, IMessageCodec? codec)
    {
        var text = codec?.ToText(actual) ?? actual;
        if (text.Span.SequenceEqual(file.Content.Span))
        {
            return null;
        }

        var places = Places(codec?.FromText(file.Content) ?? file.Content, actual, codec, rules);
        return places is { Count: 0 } ? null : new CaseDifference(subject, file.Name, places is null ? "differs" : $"differs in {places.Count} place(s)")
        {
            Places = places ?? [],
            Texts = places is null ? Texts(file.Content, actual, codec) : null,
        };
    }

    /// <summary>Null when no places can be named: plain text, or bytes that the data type cannot read.</summary>
    private IReadOnlyList<MessageDifference>? Places(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IMessageCodec? codec, string rules)
    {
        if (codec is null)
        {
            return null;
        }

        try
        {
            var places = codec.Compare(expected, actual, [.. ignore.GetValueOrDefault(Everything, []), .. ignore.GetValueOrDefault(rules, [])]);

            // A single place that counts bytes says nothing to a person; the lines do.
            return places is [{ Path: var path }] && path.StartsWith("byte ", StringComparison.Ordinal) ? null : places;
        }
        catch (MessageFormatException)
        {
            return null;
        }
    }

    private static (string Expected, string Actual)? Texts(ReadOnlyMemory<byte> expectedText, ReadOnlyMemory<byte> actual, IMessageCodec? codec)
    {
        var actualText = codec?.ToText(actual) ?? actual;
        return Utf8.IsValid(expectedText.Span) && Utf8.IsValid(actualText.Span)
            ? (Encoding.UTF8.GetString(expectedText.Span), Encoding.UTF8.GetString(actualText.Span))
            : null;
    }
}
