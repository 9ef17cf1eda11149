using ChannelHost.Storage.Files;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>The tables of <c>messages.db</c>, their version, and the settings of a connection.</summary>
internal static class MessageSchema
{
    /// <summary>Written to <c>user_version</c>.</summary>
    internal const int Version = 8;

    /// <summary>The first version with <see cref="BlockIndex"/> and <see cref="ImportTable"/>.</summary>
    internal const int VersionOfKeeping = 6;

    /// <summary>The schema since which contents may be sealed.</summary>
    internal const int SealingVersion = 7;

    /// <summary>The schema since which the row of progress has a checksum.</summary>
    internal const int VersionOfProgressCheck = 8;

    // "ChMs": tells our files from other databases.
    private const int ApplicationId = 0x43684d73;

    /// <summary>
    /// One row of contents per blob, so that the rows that lists and queues walk over stay small. The key is the message's id and a slot
    /// (<see cref="ContentSlot"/>): all of a message lies together, and is read and dropped as one range.
    /// The partial indexes hold only what waits: reading a queue costs the same beside millions of finished messages.
    /// </summary>
    private const string Tables = """
        CREATE TABLE progress(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            commits INTEGER NOT NULL,
            id_ceiling INTEGER NOT NULL,
            state_sequence INTEGER NOT NULL,
            state_forgotten INTEGER NOT NULL);
        INSERT INTO progress VALUES (1, 0, 0, 0, 0);
        CREATE TABLE names(
            id INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (kind, name));
        CREATE TABLE messages(
            id INTEGER PRIMARY KEY,
            received_at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            size INTEGER NOT NULL,
            data_type INTEGER NOT NULL,
            duplicate_of INTEGER NOT NULL,
            control_id TEXT,
            message_type TEXT,
            content_hash BLOB,
            metadata TEXT,
            error TEXT,
            crc INTEGER NOT NULL,
            replay_of INTEGER NOT NULL DEFAULT 0,
            batch_id INTEGER NOT NULL DEFAULT 0,
            attachments INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX messages_control_id ON messages(control_id) WHERE control_id IS NOT NULL;
        CREATE INDEX messages_received ON messages(id) WHERE status = 0;
        CREATE INDEX messages_error ON messages(id) WHERE status = 6;
        CREATE TABLE destinations(
            message_id INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            status INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            sent_at INTEGER,
            error TEXT,
            crc INTEGER NOT NULL,
            order_key INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (message_id, destination)) WITHOUT ROWID;
        CREATE INDEX destinations_queued ON destinations(destination, message_id) WHERE status = 4;
        CREATE INDEX destinations_pending ON destinations(message_id) WHERE status = 5;
        CREATE INDEX destinations_error ON destinations(destination, message_id) WHERE status = 6;
        CREATE TABLE contents(
            key INTEGER PRIMARY KEY,
            form INTEGER NOT NULL,
            crc INTEGER NOT NULL,
            data BLOB NOT NULL);
        CREATE TABLE metadata(
            name INTEGER NOT NULL,
            value TEXT NOT NULL,
            message_id INTEGER NOT NULL,
            PRIMARY KEY (name, value, message_id)) WITHOUT ROWID;
        CREATE TABLE counts(
            connector INTEGER NOT NULL,
            status INTEGER NOT NULL,
            n INTEGER NOT NULL,
            PRIMARY KEY (connector, status)) WITHOUT ROWID;
        CREATE TABLE state_changes(
            sequence INTEGER PRIMARY KEY,
            message_id INTEGER NOT NULL,
            changes BLOB NOT NULL);
        CREATE TABLE state_map(
            key TEXT PRIMARY KEY,
            sequence INTEGER NOT NULL,
            value BLOB) WITHOUT ROWID;
        CREATE TABLE state_taken(
            id INTEGER PRIMARY KEY,
            sequence INTEGER NOT NULL,
            once_key TEXT NOT NULL);
        CREATE INDEX state_taken_sequence ON state_taken(sequence);
        """ + Links + AttachmentTable.Table + OrderKeys + Copies + Keeping + Sealing + ProgressCheck;

    // What schema 2 adds besides the two columns.
    private const string Links = """

        CREATE INDEX messages_replay_of ON messages(replay_of, id) WHERE replay_of <> 0;
        CREATE INDEX messages_batch_id ON messages(batch_id, id) WHERE batch_id <> 0;
        CREATE TABLE batches(
            id INTEGER PRIMARY KEY,
            once_key TEXT NOT NULL UNIQUE,
            batch_id INTEGER NOT NULL,
            parts INTEGER NOT NULL,
            part_check INTEGER NOT NULL);
        """;

    // What schema 4 adds besides the column.
    private const string OrderKeys = """

        CREATE INDEX destinations_order ON destinations(destination, order_key, message_id) WHERE status = 4 AND order_key <> 0;
        CREATE INDEX destinations_dead ON destinations(destination, message_id) WHERE status = 7;
        """;

    // What schema 5 adds: content keys stand there only where a channel looks for copies by content.
    private const string Copies = """

        CREATE TABLE content_keys(
            content INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            PRIMARY KEY (content, message_id)) WITHOUT ROWID;
        CREATE INDEX messages_duplicate_of ON messages(duplicate_of, id) WHERE duplicate_of <> 0;
        """;

    // What schema 6 adds.
    private const string Keeping = BlockIndex.Tables + ImportTable.Table;

    // What encryption adds, and checksums for the rows that had none: NULL in those that were written before.
    private const string Sealing = """

        ALTER TABLE attachments ADD COLUMN sealed_size INTEGER;
        ALTER TABLE state_map ADD COLUMN sealed_key BLOB;
        ALTER TABLE state_map ADD COLUMN crc INTEGER;
        ALTER TABLE state_taken ADD COLUMN crc INTEGER;
        ALTER TABLE state_changes ADD COLUMN crc INTEGER;
        ALTER TABLE batches ADD COLUMN crc INTEGER;
        ALTER TABLE names ADD COLUMN crc INTEGER;
        """ + EncryptionTable.Table;

    // NULL until the first commit of a file that was written before.
    private const string ProgressCheck = """

        ALTER TABLE progress ADD COLUMN crc INTEGER;
        """;

    /// <summary>The way from the schema before to each one, in order. Up only: a file that a newer version has written is refused by an older one.</summary>
    private static readonly string[] Steps =
    [
        """
        ALTER TABLE messages ADD COLUMN replay_of INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE messages ADD COLUMN batch_id INTEGER NOT NULL DEFAULT 0;
        """ + Links,
        "ALTER TABLE messages ADD COLUMN attachments INTEGER NOT NULL DEFAULT 0;" + AttachmentTable.Table,
        "ALTER TABLE destinations ADD COLUMN order_key INTEGER NOT NULL DEFAULT 0;" + OrderKeys,
        Copies,
        Keeping + BlockIndex.Fill,
        Sealing,
        ProgressCheck,
    ];

    /// <summary>Makes a new file under another name and gives it its own when it is whole: a crash in between leaves no half store.</summary>
    internal static void Create(string path)
    {
        var building = path + ".new";
        foreach (var leftover in new[] { building, building + "-journal", building + "-wal", building + "-shm" })
        {
            File.Delete(leftover);
        }

        // Made before SQLite opens it, so that it is never readable for others; SQLite gives its log the same mode.
        Posix.Close(Posix.Open(building, Posix.ReadWrite | Posix.Create | Posix.Exclusive, UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using (var database = SqliteDatabase.Open(building))
        {
            database.Execute("PRAGMA auto_vacuum=INCREMENTAL");
            database.Execute("PRAGMA synchronous=FULL");
            database.Execute("BEGIN IMMEDIATE");
            ExecuteAll(database, Tables);
            database.Execute($"PRAGMA application_id={ApplicationId}");
            database.Execute($"PRAGMA user_version={Version}");
            database.Execute("COMMIT");
            database.Execute("PRAGMA journal_mode=WAL");
        }

        Posix.Rename(building, path);
        Posix.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Settings of the connection that writes.</summary>
    internal static void PrepareWriter(SqliteDatabase database)
    {
        database.SetBusyTimeout(TimeSpan.FromSeconds(1));
        database.Execute("PRAGMA synchronous=FULL");
        database.Execute("PRAGMA wal_autocheckpoint=0");
        database.Execute($"PRAGMA journal_size_limit={WriteAheadLog.KeptSize}");
        database.Execute("PRAGMA cache_size=-4096");
        database.Execute("PRAGMA temp_store=MEMORY");

        // What is pruned must not be found in free pages.
        database.Execute("PRAGMA secure_delete=ON");
        database.WatchLog();
    }

    /// <summary>Settings of a connection that copies the log beside the one that writes, and goes before it.</summary>
    internal static void PrepareCopier(SqliteDatabase database)
    {
        database.Execute("PRAGMA synchronous=FULL");
        database.Execute("PRAGMA wal_autocheckpoint=0");
        database.Execute($"PRAGMA journal_size_limit={WriteAheadLog.KeptSize}");
        database.LeaveLogOnClose();

        // A connection looks at the file when it first reads, and without that there is no log to copy.
        database.Number("SELECT commits FROM progress");
    }

    /// <summary>Settings of a connection that reads.</summary>
    internal static void PrepareReader(SqliteDatabase database)
    {
        database.SetBusyTimeout(TimeSpan.FromSeconds(5));
        database.Execute("PRAGMA query_only=ON");
        database.Execute("PRAGMA cache_size=-1024");
        database.Execute("PRAGMA temp_store=MEMORY");
    }

    /// <summary>Brings a file to <see cref="Version"/> in one transaction: a crash leaves it as it was or as it should be.</summary>
    /// <exception cref="InvalidDataException">It cannot be used.</exception>
    internal static void Upgrade(SqliteDatabase database)
    {
        var version = Check(database);
        if (version == Version)
        {
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var step in Steps.AsSpan(version - 1))
            {
                ExecuteAll(database, step);
            }

            database.Execute($"PRAGMA user_version={Version}");
            database.Execute("COMMIT");
        }
        catch
        {
            if (!database.IsAutocommit)
            {
                database.Execute("ROLLBACK");
            }

            throw;
        }
    }

    /// <summary>The version that a file was written by.</summary>
    /// <exception cref="InvalidDataException">It cannot be used.</exception>
    internal static int Check(SqliteDatabase database)
    {
        var application = database.Number("PRAGMA application_id");
        var version = database.Number("PRAGMA user_version");
        if (application != ApplicationId)
        {
            throw new InvalidDataException("it is a database of something else");
        }

        if (version > Version)
        {
            throw new InvalidDataException(
                $"it was written by a newer version of ChannelHost (schema {version}, this one knows {Version}): use that version");
        }

        if (version < 1)
        {
            throw new InvalidDataException($"its schema has the number {version}, which no version of ChannelHost has written");
        }

        if (database.Number("SELECT COUNT(*) FROM progress") != 1)
        {
            throw new InvalidDataException("its table of progress is empty");
        }

        return (int)version;
    }

    private static void ExecuteAll(SqliteDatabase database, string statements)
    {
        foreach (var statement in statements.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            database.Execute(statement);
        }
    }
}
