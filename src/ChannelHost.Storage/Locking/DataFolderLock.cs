using System.Globalization;
using System.Text;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Locking;

/// <summary>
/// The right of one process to a data folder: an operating system lock on <c>host.lock</c>, which the kernel takes back when the process dies,
/// however it dies. The file itself stays; its text only names the holder for people.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    internal const string FileName = "host.lock";

    /// <summary>Stands in the folder while a backup is put into it.</summary>
    internal const string RestoringFile = "restoring";
    private int _descriptor;

    private DataFolderLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes the lock or says who has it.</summary>
    internal static DataFolderLock Take(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        var descriptor = Posix.Open(path, Posix.ReadWrite | Posix.Create, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            if (!Posix.TryLock(descriptor, path))
            {
                throw new StoreException(
                    $"another host ({Holder(descriptor, path)}) uses this data folder {dataFolder}: stop it, or give this one a folder of its own with --data");
            }

            if (File.Exists(Path.Combine(dataFolder, RestoringFile)))
            {
                throw new IOException($"a restore into {dataFolder} was cut off, and it holds a part of a backup only. Next: empty the folder and restore once more");
            }

            Posix.Truncate(descriptor, 0, path);
            Posix.WriteAll(descriptor, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), path);
        }
        catch
        {
            Posix.Close(descriptor);
            throw;
        }

        return new DataFolderLock(descriptor);
    }

    /// <summary>True when somebody has the lock now.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    internal static bool IsHeld(string dataFolder)
    {
        try
        {
            Take(dataFolder).Dispose();
            return false;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    /// <summary>Gives the folder free.</summary>
    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            Posix.Unlock(descriptor);
            Posix.Close(descriptor);
        }
    }

    private static string Holder(int descriptor, string path)
    {
        Span<byte> text = stackalloc byte[20];
        var read = Posix.ReadAt(descriptor, text, 0, path);
        return int.TryParse(text[..read], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $"pid {pid}" : "pid unknown";
    }
}
