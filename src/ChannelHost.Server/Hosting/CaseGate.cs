using System.Collections.Concurrent;
using ChannelHost.Engine.Cases;
using ChannelHost.Server.Cases;

namespace ChannelHost.Server.Hosting;

/// <summary>
/// Runs the cases of a version before it is deployed. What ran here last passes without: a restart brings nothing new, and a clinic must not stand still
/// because somebody edited a case. What it says names places and holds no message content.
/// </summary>
/// <param name="files">The cases.</param>
/// <param name="runner">Runs them.</param>
/// <param name="ranLast">True for the version of a channel that ran last.</param>
/// <param name="time">The clock.</param>
internal sealed class CaseGate(ICaseFiles files, CaseRunner runner, Func<ChannelDefinition, bool> ranLast, TimeProvider time)
{
    /// <summary>The longest that the cases of one channel may take together.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostProblems = 50;

    // Live messages need the processor too.
    private static readonly int Degree = Math.Max(1, Environment.ProcessorCount / 2);

    // How the cases looked that kept a version out.
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);

    /// <summary>What keeps this version out; empty when it may be deployed.</summary>
    public async Task<IReadOnlyList<ChannelProblem>> CheckAsync(ChannelDefinition definition, CancellationToken cancellationToken)
    {
        if (ranLast(definition))
        {
            _refused.TryRemove(definition.Name, out _);
            return [];
        }

        var stamp = files.Stamp(definition.Name);
        var problems = await RunAsync(definition, files.Read(definition.Name), cancellationToken);
        if (problems.Count > 0)
        {
            _refused[definition.Name] = stamp;
        }
        else
        {
            _refused.TryRemove(definition.Name, out _);
        }

        return problems;
    }

    /// <summary>Channels that were kept out and whose cases were written since; each is told once, and is to be checked again.</summary>
    public IReadOnlyList<string> WrittenSince()
    {
        var written = _refused.Where(refused => files.Stamp(refused.Key) != refused.Value).ToList();
        foreach (var refused in written)
        {
            _refused.TryRemove(refused);
        }

        return [.. written.Select(refused => refused.Key)];
    }

    private async Task<IReadOnlyList<ChannelProblem>> RunAsync(ChannelDefinition definition, IReadOnlyList<CaseReading> cases, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var results = new CaseResult?[cases.Count];
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Degree, CancellationToken = limit.Token };
            await Parallel.ForAsync(0, cases.Count, options, async (at, token) =>
            {
                if (cases[at].Case is { } found)
                {
                    results[at] = await runner.RunAsync(definition, found, null, token);
                }
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var through = results.Count(result => result is not null);
            return [new ChannelProblem($"{definition.Name}/cases", 0, 0, "", $"{through} of {cases.Count} cases done after {Patience.TotalSeconds:0} s", $"all of them within that time; {Advice(definition)} says how long each takes")];
        }

        return Limited(definition, [.. cases.SelectMany((reading, at) => reading.Problems.Count > 0 && reading.Case is null
            ? reading.Problems
            : results[at] is { Passed: false } failed ? [Problem(definition, reading, failed)] : [])]);
    }

    private static ChannelProblem Problem(ChannelDefinition definition, CaseReading reading, CaseResult failed) => new(
        reading.File, 0, 0, "", string.Join("; ", failed.Differences.Select(CaseText.WithoutContent)), $"what the case expects; {Advice(definition, reading.Name)} shows both");

    private static string Advice(ChannelDefinition definition, string? name = null) =>
        $"`channelhost test {definition.Name}{(name is null ? "" : $" --case {name}")}`";

    private static IReadOnlyList<ChannelProblem> Limited(ChannelDefinition definition, IReadOnlyList<ChannelProblem> problems) =>
        problems.Count <= MostProblems
            ? problems
            : [.. problems.Take(MostProblems), new ChannelProblem($"{definition.Name}/cases", 0, 0, "", $"{problems.Count - MostProblems} more problems", $"none; {Advice(definition)} shows all")];
}
