using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Verification;

/// <summary>Checks all of a message store: SQLite's own integrity check, the checksums of all rows, and what the tables say about each other.</summary>
internal static class MessageFileCheck
{
    private const int Most = 100;

    // What must not be there, with what it means; each gives one number per finding.
    private static readonly (string Sql, string Meaning)[] Contradictions =
    [
        ("SELECT DISTINCT message_id FROM destinations WHERE message_id NOT IN (SELECT id FROM messages)", "destinations without their message"),
        ("SELECT DISTINCT key >> 16 FROM contents WHERE key >> 16 NOT IN (SELECT id FROM messages)", "contents without their message"),
        ("SELECT DISTINCT message_id FROM metadata WHERE message_id NOT IN (SELECT id FROM messages)", "search values without their message"),
        ("SELECT id FROM messages WHERE status = 0 AND id << 16 NOT IN (SELECT key FROM contents)", "received, but its content is missing"),
        ("""
            SELECT DISTINCT message_id FROM destinations d WHERE status IN (4, 5)
            AND NOT EXISTS (SELECT 1 FROM contents WHERE key IN (message_id << 16, (message_id << 16) + d.destination * 4))
            """, "waits to be sent, but its content is missing"),
        ("SELECT message_id FROM destinations WHERE destination NOT IN (SELECT id FROM names)", "goes to a destination without a name"),
        ("SELECT id FROM messages WHERE data_type NOT IN (SELECT id FROM names)", "has a data type without a name"),
        ("SELECT id FROM messages WHERE id > (SELECT id_ceiling FROM progress)", "has an id above the ceiling"),
        ("SELECT sequence FROM state_changes WHERE sequence > (SELECT state_sequence FROM progress)", "state changes above the sequence"),
    ];

    private static readonly (string Sql, string Meaning)[] ContentKeyContradictions =
    [
        ("SELECT DISTINCT message_id FROM content_keys WHERE message_id NOT IN (SELECT id FROM messages)", "content keys without their message"),
    ];

    private static readonly (string Sql, string Meaning)[] AttachmentContradictions =
    [
        ("SELECT DISTINCT message_id FROM attachments WHERE message_id NOT IN (SELECT id FROM messages)", "attachments without their message"),
        ("""
            SELECT id FROM messages m WHERE attachments <> (SELECT COUNT(*) FROM attachments WHERE message_id = m.id)
            AND id << 16 IN (SELECT key FROM contents)
            """, "another number of attachments than it was stored with"),
    ];

    // What a search would not find.
    private static readonly (string Sql, string Meaning)[] KeepingContradictions =
    [
        ("""
            SELECT id FROM messages m WHERE received_at BETWEEN 0 AND 3155378975999999999
            AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.id = m.id >> 10 AND m.received_at >= b.first_at AND m.received_at < b.last_at)
            """, "its time is missing in the index of blocks"),
        ("""
            SELECT id FROM messages m WHERE status IN (1, 2)
            AND NOT EXISTS (SELECT 1 FROM block_places p WHERE p.connector = 0 AND p.status = m.status AND p.block = m.id >> 10)
            """, "its status is missing in the index of blocks"),
        ("""
            SELECT message_id FROM destinations d WHERE NOT EXISTS (SELECT 1 FROM block_places p WHERE p.connector = d.destination AND p.status = 255 AND p.block = d.message_id >> 10)
            OR (status IN (1, 3, 8) AND NOT EXISTS (SELECT 1 FROM block_places p WHERE p.connector = d.destination AND p.status = d.status AND p.block = d.message_id >> 10))
            """, "its status at a destination is missing in the index of blocks"),
        ("SELECT message_id FROM imported WHERE message_id NOT IN (SELECT id FROM messages)", "a mark of an import without its message"),
    ];

    internal static List<string> Run(string path, ContentCodec codec, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        try
        {
            if (!File.Exists(path))
            {
                return ["the file is missing, though there is a mark of its last commit"];
            }

            OpeningCheck.Header(path);
            using var database = SqliteDatabase.Open(path);

            // A copy that is looked at stays as it is, its log included.
            database.LeaveLogOnClose();
            database.SetBusyTimeout(TimeSpan.FromSeconds(5));
            Run(database, codec, problems, cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or SqliteFailure or IOException)
        {
            problems.Add(failure.Message);
        }

        return problems;
    }

    private static void Run(SqliteDatabase database, ContentCodec codec, List<string> problems, CancellationToken cancellationToken)
    {
        Try(problems, () => MessageSchema.Check(database));
        if (CommitMark.IsDamaged(database.Path))
        {
            problems.Add($"{Path.GetFileName(CommitMark.PathFor(database.Path))} is damaged: whether the last commits are there cannot be told");
        }

        Try(problems, () => OpeningCheck.Commits(database, CommitMark.Read(database.Path) ?? 0));
        foreach (var check in new Action<SqliteDatabase, List<string>>[]
        {
            Integrity, (file, found) => MessageRows(file, codec, found), (file, found) => DestinationRows(file, codec, found), (file, found) => Contents(file, codec, found),
            Attachments, Answers, State, Progress, Counts, (file, found) => SearchValueCheck.Run(file, codec, found), Agreement, Keeping,
        })
        {
            cancellationToken.ThrowIfCancellationRequested();
            Try(problems, () => check(database, problems));
        }
    }

    private static void Integrity(SqliteDatabase database, List<string> problems)
    {
        using var check = database.Prepare($"PRAGMA integrity_check({Most})");
        while (check.Step())
        {
            if (check.Text(0) is { } finding && finding != "ok")
            {
                problems.Add(finding.ReplaceLineEndings(" "));
            }
        }
    }

    private static void MessageRows(SqliteDatabase database, ContentCodec codec, List<string> problems)
    {
        // A file of an older schema is read as it is: a check changes nothing.
        var columns = MessageSchema.Check(database) switch
        {
            1 => MessageRow.ColumnsOfVersion1,
            2 => MessageRow.ColumnsOfVersion2,
            _ => MessageRow.Columns,
        };
        using var rows = database.Prepare($"SELECT {columns} FROM messages ORDER BY id");
        while (rows.Step())
        {
            if (MessageRow.Read(rows, codec) is { IsSound: false } row)
            {
                problems.Add($"message {row.Id}: the row's checksum does not fit");
            }
        }
    }

    private static void DestinationRows(SqliteDatabase database, ContentCodec codec, List<string> problems)
    {
        var columns = MessageSchema.Check(database) < 4 ? DestinationRow.ColumnsOfVersion3 : DestinationRow.Columns;
        using var rows = database.Prepare($"SELECT {columns} FROM destinations ORDER BY message_id");
        while (rows.Step())
        {
            if (DestinationRow.Read(rows, codec) is { IsSound: false } row)
            {
                problems.Add($"message {row.MessageId}, destination number {row.Destination}: the row's checksum does not fit");
            }
        }
    }

    private static void Contents(SqliteDatabase database, ContentCodec codec, List<string> problems)
    {
        using var rows = database.Prepare($"SELECT {StoredContent.Columns} FROM contents ORDER BY key");
        while (rows.Step())
        {
            try
            {
                if (codec.CanOpen(StoredContent.FormOf(rows)))
                {
                    StoredContent.Read(rows, codec);
                }
            }
            catch (InvalidDataException failure)
            {
                problems.Add($"message {ContentSlot.MessageOf(rows.Integer(0))}: {failure.Message}");
            }
        }
    }

    private static void Attachments(SqliteDatabase database, List<string> problems)
    {
        if (MessageSchema.Check(database) < 3)
        {
            return;
        }

        problems.AddRange(AttachmentTable.Damaged(database, MessageSchema.Check(database) >= MessageSchema.SealingVersion).Select(id => $"message {id}: the checksum of an attachment does not fit"));
        foreach (var (sql, meaning) in AttachmentContradictions)
        {
            Find(database, sql, meaning, problems);
        }
    }

    private static void Answers(SqliteDatabase database, List<string> problems) =>
        problems.AddRange(AnswerTable.Damaged(database).Select(id => $"message {id}: the checksum of the answer kept for its key does not fit"));

    private static void State(SqliteDatabase database, List<string> problems)
    {
        if (MessageSchema.Check(database) < MessageSchema.SealingVersion)
        {
            return;
        }

        new NameTable().Load(database);
        problems.AddRange(StateHistory.Damaged(database).Select(sequence => $"state changes {sequence}: the checksum does not fit"));
        Forms(database, problems);
        problems.AddRange(BatchTable.Damaged(database).Select(id => $"batch {id}: the checksum of its progress does not fit"));
    }

    // What the table of keys does not name would be lost with the next key that is dropped.
    private static void Forms(SqliteDatabase database, List<string> problems)
    {
        var named = EncryptionTable.Forms(database).Select(StoredForms.KeyOf).DefaultIfEmpty(ContentCodec.PlainForm).ToHashSet(StringComparer.Ordinal);
        var unnamed = new SortedDictionary<string, (long Count, string First)>(StringComparer.Ordinal);
        StoredPieces.All(database, (form, place) =>
        {
            if (!named.Contains(form))
            {
                unnamed[form] = unnamed.TryGetValue(form, out var known) ? known with { Count = known.Count + 1 } : (1, place);
            }
        });
        problems.AddRange(unnamed.Select(entry => entry.Key == ContentCodec.PlainForm
            ? $"{entry.Value.Count} piece(s) are in the clear in a store that is encrypted throughout, the first at {entry.Value.First}"
            : $"{entry.Value.Count} piece(s) are encrypted with the key {entry.Key}, which the store does not name among those it needs, the first at {entry.Value.First}"));
    }

    private static void Progress(SqliteDatabase database, List<string> problems)
    {
        var progress = ProgressRow.Read(database, MessageSchema.Check(database));
        if (progress.StateForgotten > progress.StateSequence)
        {
            problems.Add($"state changes up to {progress.StateForgotten} are folded, though there are none above {progress.StateSequence}");
        }
    }

    private static void Counts(SqliteDatabase database, List<string> problems)
    {
        using var differences = database.Prepare("""
            WITH recount AS (
                SELECT 0 AS connector, status, COUNT(*) AS n FROM messages GROUP BY status
                UNION ALL SELECT destination, status, COUNT(*) FROM destinations GROUP BY destination, status)
            SELECT connector, status, SUM(shown), SUM(found) FROM (
                SELECT connector, status, n AS shown, 0 AS found FROM counts UNION ALL SELECT connector, status, 0, n FROM recount)
            GROUP BY connector, status HAVING SUM(shown) <> SUM(found)
            """);
        while (differences.Step())
        {
            problems.Add(
                $"the count of {(MessageStatus)differences.Integer(1)} at {(differences.Integer(0) == 0 ? "the source" : $"destination number {differences.Integer(0)}")} "
                + $"is {differences.Integer(2)}, a recount gives {differences.Integer(3)}");
        }
    }

    private static void Agreement(SqliteDatabase database, List<string> problems)
    {
        foreach (var (sql, meaning) in MessageSchema.Check(database) < 5 ? Contradictions : [.. Contradictions, .. ContentKeyContradictions])
        {
            Find(database, sql, meaning, problems);
        }
    }

    private static void Keeping(SqliteDatabase database, List<string> problems)
    {
        if (MessageSchema.Check(database) < MessageSchema.VersionOfKeeping)
        {
            return;
        }

        problems.AddRange(ImportTable.Damaged(database).Select(id => $"message {id}: the checksum of the mark of its import does not fit"));
        foreach (var (sql, meaning) in KeepingContradictions)
        {
            Find(database, sql, meaning, problems);
        }
    }

    private static void Find(SqliteDatabase database, string sql, string meaning, List<string> problems)
    {
        using var find = database.Prepare($"{sql} LIMIT {Most}");
        while (find.Step())
        {
            problems.Add($"{find.Integer(0)}: {meaning}");
        }
    }

    // A check that runs into damage says so, and the others still run.
    private static void Try(List<string> problems, Action check)
    {
        try
        {
            check();
        }
        catch (Exception failure) when (failure is InvalidDataException or SqliteFailure)
        {
            problems.Add(failure.Message);
        }
    }
}
