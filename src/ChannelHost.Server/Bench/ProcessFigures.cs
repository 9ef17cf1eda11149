using System.Globalization;

namespace ChannelHost.Server.Bench;

/// <summary>Processor time and memory of a process, as the kernel counts them.</summary>
internal static class ProcessFigures
{
    // The kernel reports times in units of 1/100 s to programs on every Linux platform .NET runs on (USER_HZ).
    private const double TicksPerSecond = 100;

    /// <summary>User and system time in seconds since the process began.</summary>
    public static double CpuSeconds(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");

        // The second field is the program's name in parentheses and may hold anything; fields are counted after it. Times are fields 14 and 15.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Resident memory in megabytes.</summary>
    public static double ResidentMegabytes(int process) => Status(process, "VmRSS:");

    /// <summary>The most resident memory so far, in megabytes.</summary>
    public static double PeakMegabytes(int process) => Status(process, "VmHWM:");

    /// <summary>How often each of its threads was taken off a core or gave it up, by thread, of those that live.</summary>
    public static IReadOnlyDictionary<string, long> ContextSwitches(int process)
    {
        var counts = new Dictionary<string, long>();
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                counts[thread] = (long)File.ReadLines(Path.Combine(thread, "status"))
                    .Where(line => line.Contains("ctxt_switches:", StringComparison.Ordinal))
                    .Sum(line => Number(line[(line.IndexOf(':') + 1)..].Trim()));
            }
            catch (IOException)
            {
                // The thread ended in between.
            }
        }

        return counts;
    }

    private static double Status(int process, string field)
    {
        foreach (var line in File.ReadLines($"/proc/{process}/status"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
            {
                return Number(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) / 1024;
            }
        }

        return 0;
    }

    private static double Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
