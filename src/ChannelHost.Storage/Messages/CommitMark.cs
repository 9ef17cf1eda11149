using System.Buffers.Binary;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// <c>messages.mark</c>: the number of the last commit that callers were told of, kept outside of the database. SQLite takes a log that is missing
/// or cut short for one that ends there and says nothing; this number tells. It is written after each commit and synced only when the store closes,
/// so after a power cut it may be older than the file, never newer.
/// </summary>
internal sealed class CommitMark : IDisposable
{
    private const ulong Magic = 0x314b52414d484301;
    private const int Size = 24;
    private readonly string _path;
    private int _descriptor;

    private CommitMark(string path, int descriptor)
    {
        _path = path;
        _descriptor = descriptor;
    }

    internal static string PathFor(string databasePath) => Path.ChangeExtension(databasePath, ".mark");

    /// <summary>The marked commit; null when there is no mark or it is not whole.</summary>
    internal static long? Read(string databasePath)
    {
        var path = PathFor(databasePath);
        if (!File.Exists(path))
        {
            return null;
        }

        var descriptor = Posix.Open(path, Posix.ReadOnly);
        try
        {
            Span<byte> bytes = stackalloc byte[Size];
            if (Posix.ReadAt(descriptor, bytes, 0, path) != Size || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
            {
                return null;
            }

            var commits = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
            return BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]) == CheckOf(commits) ? commits : null;
        }
        finally
        {
            Posix.Close(descriptor);
        }
    }

    /// <summary>True when there is a mark, but it is not whole. A power cut may do that; what it would have told is not known then.</summary>
    internal static bool IsDamaged(string databasePath) => new FileInfo(PathFor(databasePath)) is { Exists: true, Length: > 0 } && Read(databasePath) is null;

    internal static CommitMark Open(string databasePath)
    {
        var path = PathFor(databasePath);
        return new CommitMark(path, Posix.Open(path, Posix.ReadWrite | Posix.Create, UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    /// <summary>Makes a mark for a file that was copied, durably.</summary>
    internal static void Make(string databasePath, long commits)
    {
        using var mark = Open(databasePath);
        if (!mark.TryWrite(commits))
        {
            throw Posix.Failure("write", mark._path);
        }

        mark.Sync();
    }

    /// <summary>Marks a commit; false when the system would not write it, which costs a later check and nothing else.</summary>
    internal bool TryWrite(long commits)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], commits);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], CheckOf(commits));
        return Posix.TryWriteAt(_descriptor, bytes, 0);
    }

    internal void Sync() => Posix.Sync(_descriptor, _path);

    /// <inheritdoc/>
    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            Posix.Close(descriptor);
        }
    }

    private static long CheckOf(long commits)
    {
        var check = new RowCheck();
        check.Add(commits);
        return check.Value;
    }
}
