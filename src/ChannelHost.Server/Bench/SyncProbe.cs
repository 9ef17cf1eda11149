using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChannelHost.Server.Bench;

/// <summary>Measures what the disk can do at best for somebody who waits for each write: append 4 KB, fdatasync, again.</summary>
internal static class SyncProbe
{
    private const int Block = 4096;

    /// <summary>Syncs per second in this folder.</summary>
    public static double Measure(string folder, TimeSpan duration) => MeasureTimes(folder, duration).PerSecond;

    /// <summary>Syncs per second in this folder, and how long the slow ones take.</summary>
    public static SyncFigures MeasureTimes(string folder, TimeSpan duration)
    {
        var path = Path.Combine(folder, $"sync-probe-{Path.GetRandomFileName()}");
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            var block = new byte[Block];
            Random.Shared.NextBytes(block);
            Sync(file, path);
            var started = Stopwatch.GetTimestamp();
            var times = new List<double>(1 << 14);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var began = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, (long)times.Count * Block);
                Sync(file, path);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            times.Sort();
            return new SyncFigures(times.Count / seconds, times[(int)(times.Count * 0.99)]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Sync(SafeFileHandle file, string path)
    {
        if (FDataSync(file) != 0)
        {
            throw new IOException($"{path} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    // .NET's own flush reports success when the kernel reports failure.
    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FDataSync(SafeFileHandle file);
}

/// <summary>What the disk did.</summary>
/// <param name="PerSecond">Syncs per second.</param>
/// <param name="P99Milliseconds">99 of 100 took no longer than this.</param>
internal readonly record struct SyncFigures(double PerSecond, double P99Milliseconds);
