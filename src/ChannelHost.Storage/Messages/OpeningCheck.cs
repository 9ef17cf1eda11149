using System.Buffers.Binary;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// What is looked at each time a store opens. It takes milliseconds whatever the size of the file: the header, the end of the log, the newest messages,
/// and the whole of a small file. The rest is for <c>StoreVerifier</c>, and for the checks that each row carries.
/// </summary>
internal static class OpeningCheck
{
    private const int RecentMessages = 50;
    private const int HeaderSize = 100;
    private const int PageSize = 4096;
    private const long SmallPages = 256;

    /// <summary>Looks at the file before SQLite does, who would take an empty one for new. No connection of this process may be open.</summary>
    internal static void Header(string path)
    {
        var descriptor = Posix.Open(path, Posix.ReadOnly);
        try
        {
            var length = Posix.Length(descriptor, path);
            Span<byte> header = stackalloc byte[HeaderSize];
            if (length < PageSize || Posix.ReadAt(descriptor, header, 0, path) != HeaderSize)
            {
                throw new InvalidDataException($"the file has {length} bytes; a store has {PageSize} at least");
            }

            if (!header.StartsWith("SQLite format 3\0"u8) || BinaryPrimitives.ReadUInt16BigEndian(header[16..]) != PageSize)
            {
                throw new InvalidDataException("the file's first bytes are not those of a store");
            }

            // While there is a log, the newest pages may stand in it alone.
            var pages = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
            if (pages * (long)PageSize > length && !(File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0))
            {
                throw new InvalidDataException($"the file is cut short: {length} bytes of {pages * (long)PageSize}");
            }
        }
        finally
        {
            Posix.Close(descriptor);
        }
    }

    /// <summary>The commits that callers were told of must be there.</summary>
    internal static void Commits(SqliteDatabase database, long marked)
    {
        var found = database.Number("SELECT commits FROM progress");
        if (found < marked)
        {
            throw new InvalidDataException(
                $"{marked - found} commits that were acknowledged are missing (it ends at commit {found}, the mark says {marked}): "
                + "the log or the file was cut, removed or replaced by an older one. "
                + $"After restoring a backup on purpose, delete {Path.GetFileName(CommitMark.PathFor(database.Path))}");
        }
    }

    /// <summary>The newest rows must be whole; a small file is checked from end to end.</summary>
    internal static void Recent(SqliteDatabase database, ContentCodec codec)
    {
        if (database.Number("PRAGMA page_count") <= SmallPages)
        {
            using var check = database.Prepare("PRAGMA quick_check(1)");
            if (check.Step() && check.Text(0) is { } finding && finding != "ok")
            {
                throw new InvalidDataException(finding.ReplaceLineEndings(" "));
            }
        }

        using var recent = database.Prepare($"SELECT {MessageRow.Columns} FROM messages ORDER BY id DESC LIMIT {RecentMessages}");
        while (recent.Step())
        {
            _ = MessageRow.Read(recent, codec);
        }

        using var contents = database.Prepare($"SELECT {StoredContent.Columns} FROM contents ORDER BY key DESC LIMIT {RecentMessages}");
        while (contents.Step())
        {
            _ = contents.Integer(0);
        }
    }
}
