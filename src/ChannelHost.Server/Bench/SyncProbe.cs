using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChannelHost.Server.Bench;

/// <summary>Measures what the disk can do at best for somebody who waits for each write: append 4 KB, fdatasync, again.</summary>
internal static class SyncProbe
{
    private const int Block = 4096;

    /// <summary>Syncs per second in this folder.</summary>
    public static double Measure(string folder, TimeSpan duration)
    {
        var path = Path.Combine(folder, $"sync-probe-{Path.GetRandomFileName()}");
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            var block = new byte[Block];
            Random.Shared.NextBytes(block);
            Sync(file, path);
            var started = Stopwatch.GetTimestamp();
            var count = 0;
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                RandomAccess.Write(file, block, (long)count * Block);
                Sync(file, path);
                count++;
            }

            return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
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
