using System.Globalization;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>What a process holds of the machine at one moment, as the kernel tells it.</summary>
/// <param name="ResidentMegabytes">Memory that is really there.</param>
/// <param name="Descriptors">Open files, sockets and the like.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ProcessReading(double ResidentMegabytes, int Descriptors, int Threads)
{
    /// <summary>Reads it.</summary>
    public static ProcessReading Of(int process)
    {
        var folder = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
        var resident = File.ReadLines($"{folder}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = double.Parse(resident.AsSpan(6).TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
        return new ProcessReading(kilobytes / 1024, Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(), Directory.EnumerateDirectories($"{folder}/task").Count());
    }
}
