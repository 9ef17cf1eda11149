using System.Globalization;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>The lines of the suite as they are measured, each judged by its aim.</summary>
internal sealed class SuiteLines
{
    private readonly List<SuiteLine> _lines = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<SuiteLine> All => _lines;

    /// <summary>A rate that must be reached.</summary>
    public void Rate(string id, string what, double aim, LoadResult result, string limit) =>
        Add(id, what, Invariant($"{aim:N0} messages/s"), result.Rate, "messages/s", result.Rate >= aim, limit, Costs(result));

    /// <summary>One connection beside the disk.</summary>
    public void Share(LoadResult single, double syncs, double roundTrips)
    {
        var share = single.Rate / syncs * 100;
        Add(
            "one-connection", "One connection, answer after the commit", "70 % of the disk's syncs/s", share, "%", share >= 70,
            Invariant($"{syncs:0} syncs/s just before and after, loopback {roundTrips:0} round trips/s"),
            Invariant($"{single.Rate:0} messages/s, p50 {single.P50Milliseconds:0.000} ms; {Costs(single)}"));
    }

    /// <summary>Processor time.</summary>
    public void Cpu(string id, string what, double aim, LoadResult result, string limit) =>
        Add(id, what, Invariant($"{aim:0.00} s per 1,000"), result.CpuSecondsPer1000, "s per 1,000", result.CpuSecondsPer1000 <= aim, limit, Costs(result));

    /// <summary>The slow answers at half of the maximum.</summary>
    public void P99(LoadResult half, double sync, double syncP99) => Add(
        "p99", "p99 at half of the maximum rate", "3 times one sync", half.P99Milliseconds / sync, "times", half.P99Milliseconds <= 3 * sync,
        Invariant($"one sync {sync:0.000} ms, p99 of syncs alone {syncP99:0.000} ms"),
        Invariant($"p50 {half.P50Milliseconds:0.00} ms, p99 {half.P99Milliseconds:0.00} ms at {half.Rate:0} messages/s; {half.P99Milliseconds / syncP99:0.0} times the p99 of syncs alone; {half.Collections / half.Seconds:0.0} collections/s stop the host for {1000 * half.PausedSeconds / Math.Max(1, half.Collections):0.0} ms each"));

    /// <summary>What the runtime allocates.</summary>
    public void Allocation(string id, string what, int size, LoadResult result) => Add(
        id, what, "below 25 times the message", result.BytesPerMessage / size, "times", result.BytesPerMessage < 25.0 * size, "",
        Invariant($"{result.BytesPerMessage:N0} bytes for a message of {size:N0}"));

    /// <summary>Any line.</summary>
    public void Add(string id, string what, string aim, double value, string unit, bool isMet, string limit, string note)
    {
        var digits = value < 10 ? 3 : value < 1000 ? 1 : 0;
        _lines.Add(new SuiteLine(
            id, what, aim, $"{Math.Round(value, digits).ToString(CultureInfo.InvariantCulture)} {unit}", Math.Round(value, digits), limit, isMet ? SuiteVerdict.Met : SuiteVerdict.Missed, note));
    }

    /// <summary>A line that cannot be measured here.</summary>
    public void NotMeasured(string id, string what, string aim, string why) => _lines.Add(new SuiteLine(id, what, aim, "not measured", null, "", SuiteVerdict.NotMeasured, why));

    private static string Costs(LoadResult result) => Invariant(
        $"{result.CpuSecondsPer1000:0.000} s of CPU per 1,000, {result.SwitchesPerMessage:0.0} context switches and {result.BytesPerMessage / 1024:0.0} KB a message, p99 {result.P99Milliseconds:0.0} ms");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
