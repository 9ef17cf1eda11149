using System.Globalization;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>What the measured host has used up to a moment.</summary>
/// <param name="CpuSeconds">Processor time.</param>
/// <param name="AllocatedBytes">Bytes allocated by the runtime.</param>
/// <param name="ContextSwitches">How often its threads gave a core away or lost it, by thread.</param>
internal sealed record HostFigures(double CpuSeconds, double AllocatedBytes, IReadOnlyDictionary<string, long> ContextSwitches)
{
    private const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";

    /// <summary>Asks the kernel and the host's own <c>/metrics</c>.</summary>
    /// <exception cref="CommandFailure">The host does not say what it allocates.</exception>
    public static async Task<HostFigures> ReadAsync(BenchHost host, HttpClient http, CancellationToken cancellationToken)
    {
        var text = await http.GetStringAsync(new Uri(host.Address, "/metrics"), cancellationToken);
        return new HostFigures(ProcessFigures.CpuSeconds(host.ProcessId), Sample(text), ProcessFigures.ContextSwitches(host.ProcessId));
    }

    /// <summary>How often its threads changed since an earlier moment; what threads did that ended meanwhile is not known.</summary>
    public long SwitchesSince(HostFigures before) => ContextSwitches.Sum(thread => thread.Value - before.ContextSwitches.GetValueOrDefault(thread.Key));

    private static double Sample(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Allocated, StringComparison.Ordinal))
            {
                // name{labels} value [timestamp]
                var rest = line[(line.IndexOf('}') is var labels and >= 0 ? labels + 1 : Allocated.Length)..].Trim();
                var end = rest.IndexOf(' ');
                return double.Parse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture);
            }
        }

        throw new CommandFailure(ExitCode.Internal, $"the host's /metrics does not have {Allocated}");
    }
}
