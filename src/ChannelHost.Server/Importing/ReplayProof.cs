using ChannelHost.Engine.Cases;
using ChannelHost.Import.Messages;

namespace ChannelHost.Server.Importing;

/// <summary>
/// The proof that an imported channel behaves as the one it came from: exported messages go through it with sending switched off, and what it would have sent is compared with what
/// was sent there.
/// </summary>
internal sealed class ReplayProof(CaseRunner runner, IReadOnlyList<ChannelDefinition> definitions, IReadOnlyList<string> ignore)
{
    /// <summary>Messages that are worked on at once.</summary>
    private const int Together = 32;

    /// <summary>Runs all messages; the results come in the order of the messages.</summary>
    /// <param name="messages">The exported messages.</param>
    /// <param name="channel">The channel that all of them go through; null: each goes through the one it came from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<ReplayedMessage> RunAsync(
        IEnumerable<ExportedMessage> messages, ChannelDefinition? channel, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0;
        foreach (var some in messages.Chunk(Together))
        {
            var first = number;
            number += some.Length;
            var results = new ReplayedMessage[some.Length];
            await Parallel.ForAsync(0, some.Length, cancellationToken, async (index, token) =>
                results[index] = await RunAsync(some[index], channel ?? ChannelOf(some[index]), first + index + 1, token));
            foreach (var result in results)
            {
                yield return result;
            }
        }
    }

    private ChannelDefinition? ChannelOf(ExportedMessage message) =>
        definitions.FirstOrDefault(definition => definition.Id is { } id && string.Equals(id, message.ChannelId, StringComparison.OrdinalIgnoreCase));

    private async ValueTask<ReplayedMessage> RunAsync(ExportedMessage message, ChannelDefinition? definition, int number, CancellationToken cancellationToken)
    {
        if (message.Problem is { } problem)
        {
            return new ReplayedMessage(message, definition?.Name, problem, [], []);
        }

        if (definition is null)
        {
            return new ReplayedMessage(message, null, "no channel here has the id of the one it came from; name one with --channel", [], []);
        }

        ChannelCase @case;
        var replayed = new ReplayedCase(definition, ignore);
        try
        {
            @case = replayed.Of(message, number);
        }
        catch (Exception error) when (error is MessageFormatException or FormatException)
        {
            return new ReplayedMessage(message, definition.Name, $"its content cannot be read: {error.Message}", [], []);
        }

        var result = await runner.RunAsync(definition, @case, null, cancellationToken);
        var subjects = definition.Destinations.Where(destination => destination.Enabled).Select(destination => destination.Name);
        var unknown = message.Destinations
            .Where(connector => replayed.DestinationOf(connector) is null)
            .Select(connector => new CaseDifference(connector.Name, null, "the channel has no such destination"));
        var differences = new ReplayDifferences(definition, replayed).Of(message, result, @case);
        return new ReplayedMessage(message, definition.Name, null, Verdicts(subjects, differences, @case), [.. differences, .. unknown]) { Log = result.Log };
    }

    // What is said of a destination in the outcome counts for that destination.
    private static List<ReplayVerdict> Verdicts(IEnumerable<string> destinations, IReadOnlyList<CaseDifference> differences, ChannelCase @case)
    {
        var verdicts = new List<ReplayVerdict>();
        foreach (var subject in (string[])["source", .. destinations, CaseFileNames.Response])
        {
            if (subject == CaseFileNames.Response && @case.Expectation!.Outcome?.IsAnswered is null && !@case.Expectation!.Files.Keys.Any(file => file.StartsWith(CaseFileNames.Response + ".", StringComparison.Ordinal)))
            {
                continue;
            }

            var isDifferent = differences.Any(difference =>
                IsOf(difference.Subject, subject) || (difference.Subject == "outcome" && difference.Places.Any(place => IsOf(ReplayDifferences.WithoutMessage(place.Path), subject))));
            verdicts.Add(new ReplayVerdict(subject, !isDifferent));
        }

        return verdicts;
    }

    // "ehr (message 2)" and "ehr, text" are of ehr; what is of the message as a whole is the source's.
    private static bool IsOf(string said, string subject) =>
        said == subject || said.StartsWith(subject + " (message ", StringComparison.Ordinal) || said.StartsWith(subject + ",", StringComparison.Ordinal)
        || (subject == "source" && said is ("case" or "messages" or "postprocessor"));
}

/// <summary>What came of replaying a message.</summary>
/// <param name="Message">The message.</param>
/// <param name="Channel">The channel it went through; null for none.</param>
/// <param name="Problem">Why it could not be replayed; null when it was.</param>
/// <param name="Verdicts">For source, destinations and response, whether they are as in the export.</param>
/// <param name="Differences">What is not, with content.</param>
internal sealed record ReplayedMessage(
    ExportedMessage Message, string? Channel, string? Problem, IReadOnlyList<ReplayVerdict> Verdicts, IReadOnlyList<CaseDifference> Differences)
{
    /// <summary>What scripts said, and what went wrong. May hold content.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>True when everything is as in the export.</summary>
    public bool IsEqual => Problem is null && Differences.Count == 0;
}

/// <summary>Whether one part of a message is as in the export.</summary>
/// <param name="Subject"><c>source</c>, a destination's name, or <c>response</c>.</param>
/// <param name="IsEqual">Whether it is.</param>
internal sealed record ReplayVerdict(string Subject, bool IsEqual);
