namespace ChannelHost.Server.Hosting;

/// <summary>
/// Finds out whether the disk under the data folder takes writes. Asked only where a store says that it cannot write: one bad file is that channel's trouble, a
/// disk that is full or failing is the host's, and it should be given no more work. At most one look a second, however often somebody asks.
/// </summary>
/// <param name="folder">The data folder.</param>
/// <param name="files">Writes so that a failure is noticed.</param>
/// <param name="time">The clock.</param>
internal sealed class DataFolderProbe(string folder, IDurableFiles files, TimeProvider time)
{
    /// <summary>The file that is written and removed.</summary>
    internal const string FileName = ".probe";

    // As much as a few messages: a disk with less room has none.
    private const int Size = 64 * 1024;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private long _lookedAt;
    private bool? _takesWrites;

    /// <summary>True when it takes writes.</summary>
    public bool TakesWrites()
    {
        lock (_sync)
        {
            if (_takesWrites is not { } known || time.GetElapsedTime(_lookedAt) >= Kept)
            {
                _takesWrites = known = Look();
                _lookedAt = time.GetTimestamp();
            }

            return known;
        }
    }

    private bool Look()
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            files.Write(path, new byte[Size], overwrite: true);
            files.Delete(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
