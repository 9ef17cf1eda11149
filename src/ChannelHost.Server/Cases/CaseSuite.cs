using System.IO.Enumeration;
using ChannelHost.Engine.Cases;

namespace ChannelHost.Server.Cases;

/// <summary>Runs the cases of channels, many at once.</summary>
internal sealed class CaseSuite(CaseRunner runner, ICaseFiles files)
{
    private static readonly int Degree = Math.Clamp(Environment.ProcessorCount, 1, 32);

    /// <summary>Runs all cases of these channels whose name fits.</summary>
    /// <param name="channels">The channels; those that cannot be read have no cases to run.</param>
    /// <param name="pattern">A name with <c>*</c> and <c>?</c>; null for all.</param>
    /// <param name="coverage">Notes which lines of scripts run; null for nobody.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ChannelCases>> RunAsync(
        IReadOnlyList<ChannelReading> channels, string? pattern, IScriptCoverage? coverage, CancellationToken cancellationToken)
    {
        var suites = channels.Select(channel => (Channel: channel, Cases: Cases(channel, pattern))).ToList();
        var work = suites.SelectMany(suite => suite.Cases.Select((reading, at) => (suite.Channel, suite.Cases, At: at))).ToList();
        var results = suites.ToDictionary(suite => suite.Channel.Name, suite => new CaseResult?[suite.Cases.Count], StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Degree, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(work, options, async (one, token) =>
        {
            if (one.Channel.Definition is { } definition && one.Cases[one.At].Case is { } found)
            {
                results[one.Channel.Name][one.At] = await runner.RunAsync(definition, found, coverage, token);
            }
        });
        return [.. suites.Select(suite => new ChannelCases(
            suite.Channel,
            [.. suite.Cases.Select((reading, at) => new CaseRun(reading, results[suite.Channel.Name][at]))]))];
    }

    private IReadOnlyList<CaseReading> Cases(ChannelReading channel, string? pattern)
    {
        // A folder that cannot be a channel has no cases either; its problems say why.
        if (channel.Name is "" or ".")
        {
            return [];
        }

        try
        {
            return [.. files.Read(channel.Name).Where(reading => pattern is null || FileSystemName.MatchesSimpleExpression(pattern, reading.Name, ignoreCase: false))];
        }
        catch (ArgumentException)
        {
            return [];
        }
    }
}

/// <summary>The cases of a channel and what came of them.</summary>
/// <param name="Channel">The channel as read.</param>
/// <param name="Runs">In order of name.</param>
internal sealed record ChannelCases(ChannelReading Channel, IReadOnlyList<CaseRun> Runs);

/// <summary>One case and what came of it.</summary>
/// <param name="Reading">The case as read.</param>
/// <param name="Result">Null when it, or its channel, cannot be read.</param>
internal sealed record CaseRun(CaseReading Reading, CaseResult? Result)
{
    /// <summary>True when what came is what was expected.</summary>
    public bool Passed => Result is { Passed: true };
}
