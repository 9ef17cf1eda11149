using System.Globalization;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>What the measured host has used up to a moment.</summary>
/// <param name="CpuSeconds">Processor time.</param>
/// <param name="AllocatedBytes">Bytes allocated by the runtime.</param>
/// <param name="ContextSwitches">How often its threads gave a core away or lost it, by thread.</param>
/// <param name="Collections">How often memory was collected.</param>
/// <param name="PausedSeconds">How long all its threads stood still for that.</param>
internal sealed record HostFigures(double CpuSeconds, double AllocatedBytes, IReadOnlyDictionary<string, long> ContextSwitches, double Collections, double PausedSeconds)
{
    /// <summary>Asks the kernel and the host's own <c>/metrics</c>.</summary>
    /// <exception cref="CommandFailure">The host does not say what it allocates.</exception>
    public static async Task<HostFigures> ReadAsync(BenchHost host, HttpClient http, CancellationToken cancellationToken)
    {
        var text = await http.GetStringAsync(new Uri(host.Address, "/metrics"), cancellationToken);
        return new HostFigures(
            ProcessFigures.CpuSeconds(host.ProcessId),
            Sum(text, "dotnet_gc_heap_total_allocated_bytes_total"),
            ProcessFigures.ContextSwitches(host.ProcessId),
            Sum(text, "dotnet_gc_collections_total"),
            Sum(text, "dotnet_gc_pause_time_seconds_total"));
    }

    /// <summary>How often its threads changed since an earlier moment; what threads did that ended meanwhile is not known.</summary>
    public long SwitchesSince(HostFigures before) => ContextSwitches.Sum(thread => thread.Value - before.ContextSwitches.GetValueOrDefault(thread.Key));

    // A figure over all its labels.
    private static double Sum(string text, string name)
    {
        var (sum, isThere) = (0.0, false);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                // name{labels} value [timestamp]
                var rest = line[(line.IndexOf('}') is var labels and >= 0 ? labels + 1 : name.Length)..].Trim();
                var end = rest.IndexOf(' ');
                sum += double.Parse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture);
                isThere = true;
            }
        }

        return isThere ? sum : throw new CommandFailure(ExitCode.Internal, $"the host's /metrics does not have {name}");
    }
}
