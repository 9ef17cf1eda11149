using System.Diagnostics;
using System.Globalization;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>What a process holds of the machine at one moment, as the kernel tells it.</summary>
/// <param name="ResidentMegabytes">Memory that is really there.</param>
/// <param name="Descriptors">Open files, sockets and the like.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ProcessReading(double ResidentMegabytes, int Descriptors, int Threads)
{
    /// <summary>The most memory that was there since the process began.</summary>
    public required double PeakMegabytes { get; init; }

    /// <summary>The processor time that it used so far.</summary>
    public required TimeSpan Processor { get; init; }

    /// <summary>Reads it.</summary>
    public static ProcessReading Of(int process)
    {
        var folder = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
        var status = File.ReadAllLines($"{folder}/status");
        using var running = Process.GetProcessById(process);
        return new ProcessReading(Megabytes(status, "VmRSS:"), Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(), Directory.EnumerateDirectories($"{folder}/task").Count())
        {
            PeakMegabytes = Megabytes(status, "VmHWM:"),
            Processor = running.TotalProcessorTime,
        };
    }

    private static double Megabytes(string[] status, string name)
    {
        var line = status.First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(name.Length).TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) / 1024;
    }
}
