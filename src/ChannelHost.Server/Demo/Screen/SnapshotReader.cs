using System.Globalization;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Demo.StandIns;
using ChannelHost.Server.Demo.Traffic;

namespace ChannelHost.Server.Demo.Screen;

/// <summary>Makes snapshots from what the host says of its channels. For one thread.</summary>
internal sealed class SnapshotReader(
    Func<IReadOnlyList<ChannelStatus>> status, LastProblems problems, IReadOnlyList<IStandIn> standIns, TrafficFigures traffic, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly long _started = time.GetTimestamp();
    private readonly Dictionary<string, Queue<(long At, long Received)>> _history = new(StringComparer.Ordinal);

    /// <summary>The demo now.</summary>
    public DemoSnapshot Read() => new(
        time.GetLocalNow(),
        time.GetElapsedTime(_started),
        [.. status().OrderBy(channel => channel.Name, StringComparer.Ordinal).Select(Row)],
        [.. standIns.Select(standIn => standIn.View())],
        traffic.Counts);

    private ChannelRow Row(ChannelStatus channel)
    {
        var (problem, age) = Problem(channel);
        return new ChannelRow(
            channel.Name, Rate(channel), channel.Figures.Received, channel.Figures.Filtered, channel.Figures.Errors + channel.Figures.Failed,
            channel.Destinations.Sum(destination => destination.Queued), channel.Figures.Sent, channel.Condition, problem, age);
    }

    private double Rate(ChannelStatus channel)
    {
        if (!_history.TryGetValue(channel.Name, out var history))
        {
            _history[channel.Name] = history = new Queue<(long, long)>();
        }

        var now = (At: time.GetTimestamp(), channel.Figures.Received);
        history.Enqueue(now);
        while (time.GetElapsedTime(history.Peek().At, now.At) > Window)
        {
            history.Dequeue();
        }

        var seconds = time.GetElapsedTime(history.Peek().At, now.At).TotalSeconds;
        return seconds > 0 ? Math.Max(0, (now.Received - history.Peek().Received) / seconds) : 0;
    }

    /// <summary>What is the matter now, else what was last.</summary>
    private (string? Text, ProblemAge Age) Problem(ChannelStatus channel)
    {
        if (channel.Problems.FirstOrDefault(problem => problem.Severity == ProblemSeverity.Error) is { } first)
        {
            var more = channel.Problems.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {channel.Problems.Count - 1} more)") : "";
            var fate = channel.Version is null ? "cannot run" : "change refused, the version before goes on";
            return ($"{fate}: {Place(first)}: found {PlainText.OneLine(first.Found, 200)}; wanted {PlainText.OneLine(first.Wanted, 200)}{more}", ProblemAge.Standing);
        }

        if (channel is { Reason: { } reason, Condition: ChannelCondition.Failed or ChannelCondition.Waiting })
        {
            return (PlainText.OneLine(reason, 400), ProblemAge.Passing);
        }

        var stuck = channel.Destinations.FirstOrDefault(destination => destination is { Queued: > 0, LastFailure: not null });
        return stuck is not null
            ? ($"{stuck.Name}: {PlainText.OneLine(stuck.LastFailure, 400)}", ProblemAge.Passing)
            : (problems.Of(channel.Name), ProblemAge.Past);
    }

    private static string Place(ChannelProblem problem)
    {
        var file = PlainText.OneLine(Path.GetFileName(problem.File));
        return problem.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{file} line {problem.Line}") : file;
    }
}
