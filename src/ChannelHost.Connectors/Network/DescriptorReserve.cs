using System.Runtime.InteropServices;

namespace ChannelHost.Connectors.Network;

/// <summary>
/// Keeps a reserve of file descriptors for what the host cannot do without: its stores, the sockets of its destinations, and the runtime, which ends the process when it cannot
/// open an assembly. A listener asks before it keeps a connection; what was opened elsewhere counts as well, and the limit may change while the process runs.
/// </summary>
internal sealed partial class DescriptorReserve(TimeProvider time)
{
    private const int LimitOfDescriptors = 7;
    private const string Opened = "/proc/self/fd";

    // Listing what is open costs about a microsecond a descriptor.
    private static readonly TimeSpan MostAge = TimeSpan.FromMilliseconds(100);

    private readonly Lock _sync = new();
    private long _countedAt;
    private int _open = -1;
    private int _keptSince;

    /// <summary>How many are kept free under a limit: an eighth, at least 24 and at most 128.</summary>
    public static int Of(int limit) => Math.Clamp(limit / 8, 24, 128);

    /// <summary>True when no further connection is to be kept: the reserve would be touched. Also tells the limit.</summary>
    public bool IsTouched(out int limit)
    {
        limit = 0;
        if (!OperatingSystem.IsLinux() || GetLimit(LimitOfDescriptors, out var limits) != 0 || limits.Soft > int.MaxValue)
        {
            return false;
        }

        limit = (int)limits.Soft;
        lock (_sync)
        {
            var isOld = _open < 0 || time.GetElapsedTime(_countedAt) > MostAge;
            if (isOld && !TryCount())
            {
                return true;
            }

            if (_open + _keptSince + Of(limit) >= limit)
            {
                return true;
            }

            _keptSince++;
            return false;
        }
    }

    /// <summary>False when not even that can be opened.</summary>
    private bool TryCount()
    {
        try
        {
            _open = Directory.EnumerateFileSystemEntries(Opened).Count();
        }
        catch (IOException)
        {
            return false;
        }

        _countedAt = time.GetTimestamp();
        _keptSince = 0;
        return true;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
