using System.Buffers.Binary;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>Puts rows and contents together into what other rooms see.</summary>
internal static class MessageViews
{
    /// <summary>A page of a queue ends when it holds so many bytes of content, however few messages that is.</summary>
    internal const long PageBytes = 32 * 1024 * 1024;

    /// <summary>The list entry of a message; null when it is not there. A damaged row is shown as Error.</summary>
    internal static MessageSummary? Summary(IMessageRows reader, long id) =>
        reader.Message(id) is { } row ? Summary(reader, row) : null;

    /// <summary>A message with its contents.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be trusted.</exception>
    internal static StoredMessage? Message(IMessageRows reader, long id)
    {
        if (reader.Message(id) is not { } row)
        {
            return null;
        }

        var contents = reader.Contents(id);
        return new StoredMessage
        {
            Summary = Summary(reader, row),
            Raw = Bytes(contents, ContentSlot.Raw),
            Encoded = Bytes(contents, ContentSlot.Encoded),
            SourceMap = Map(contents.GetValueOrDefault(ContentSlot.SourceMap)),
            ChannelMap = Map(contents.GetValueOrDefault(ContentSlot.ChannelMap)),
            ChannelMaps = Maps(reader, contents, ContentSlot.ChannelMapOf),
            ConnectorMaps = Maps(reader, contents, ContentSlot.ConnectorMapOf),
            Sent = SentSlots(reader, id, contents.ContainsKey).ToDictionary(sent => sent.Name, sent => new ReadOnlyMemory<byte>(contents[sent.Slot])),
            Responses = SlotsOf(reader, contents.Keys, ContentSlot.ResponseOf).ToDictionary(response => response.Name, response => new ReadOnlyMemory<byte>(contents[response.Slot])),
        };
    }

    /// <summary>A message with the lengths of its contents, which are not read.</summary>
    internal static StoredSizes? Sizes(MessageReader reader, long id)
    {
        if (reader.Message(id) is not { } row)
        {
            return null;
        }

        var lengths = reader.Lengths(id);
        return new StoredSizes
        {
            Summary = Summary(reader, row),
            IsContentKept = lengths.ContainsKey(ContentSlot.Raw),
            Sent = SentSlots(reader, id, lengths.ContainsKey).ToDictionary(sent => sent.Name, sent => lengths[sent.Slot]),
            Responses = SlotsOf(reader, lengths.Keys, ContentSlot.ResponseOf).ToDictionary(response => response.Name, response => lengths[response.Slot]),
        };
    }

    /// <summary>All that sending needs.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be trusted.</exception>
    internal static DestinationWork Work(IMessageRows reader, DestinationRow row)
    {
        if (!row.IsSound)
        {
            throw new InvalidDataException("the stored row of this destination is damaged: its checksum does not fit");
        }

        var message = reader.Message(row.MessageId) ?? throw new InvalidDataException("the message's row is missing");
        if (!message.IsSound)
        {
            throw new InvalidDataException("the stored row of this message is damaged: its checksum does not fit");
        }

        var id = row.MessageId;
        return new DestinationWork
        {
            MessageId = id,
            Content = reader.Content(id, ContentSlot.SentTo(row.Destination)) ?? reader.Content(id, ContentSlot.Encoded) ?? reader.Content(id, ContentSlot.Raw)
                ?? throw new InvalidDataException("the stored content is missing"),
            OrderKey = row.OrderKey,
            Attempts = row.Attempts,
            IsUncertain = row.IsUncertain || row is { Status: MessageStatus.Pending, IsWaiting: false },
            IsWaiting = row.IsWaiting,
            DuplicateOf = message.DuplicateOf,
            ReceivedAt = new DateTimeOffset(message.ReceivedAt, TimeSpan.Zero),
            ControlId = message.ControlId,
            SourceMap = Map(reader.Content(id, ContentSlot.SourceMap)),
            ChannelMap = Map(reader.Content(id, ContentSlot.ChannelMapOf(row.Destination)) ?? reader.Content(id, ContentSlot.ChannelMap)),
            ConnectorMap = Map(reader.Content(id, ContentSlot.ConnectorMapOf(row.Destination))),
        };
    }

    /// <summary>What a restart must finish after an id: the next messages, and what is damaged among them.</summary>
    internal static (List<UnfinishedMessage> Messages, List<DamagedEntry> Damaged, long Last) Unfinished(MessageReader reader, long afterId, int count)
    {
        var messages = new List<UnfinishedMessage>();
        var damaged = new List<DamagedEntry>();
        var ids = UnfinishedIds(reader.Database, afterId, count);
        foreach (var id in ids)
        {
            try
            {
                var row = reader.Message(id) ?? throw new InvalidDataException("the message's row is missing");
                if (!row.IsSound)
                {
                    throw new InvalidDataException("the stored row of this message is damaged: its checksum does not fit");
                }

                var pending = Pending(reader, id, damaged);
                if (pending.Count > 0 || row.Status == MessageStatus.Received)
                {
                    messages.Add(new UnfinishedMessage(Message(reader, id)!, pending));
                }
            }
            catch (Exception failure) when (failure is InvalidDataException or SqliteFailure { IsDamage: true })
            {
                damaged.Add(new DamagedEntry(id, StatusCounts.Source, failure.Message));
                damaged.AddRange(reader.Destinations(id)
                    .Where(row => row.Status == MessageStatus.Pending)
                    .Select(row => new DamagedEntry(id, row.Destination, failure.Message)));
            }
        }

        return (messages, damaged, ids.Count < count ? long.MaxValue : ids[^1]);
    }

    /// <summary>The next work of a queue after an id, and what is damaged among it.</summary>
    internal static (List<DestinationWork> Work, List<DamagedEntry> Damaged, long Last) Queue(MessageReader reader, int destination, long afterId, int count, QueueSlice slice)
    {
        var rows = reader.Queue(destination, afterId, count, slice);
        var work = new List<DestinationWork>(rows.Count);
        var damaged = new List<DamagedEntry>();
        var bytes = 0L;
        foreach (var row in rows)
        {
            TryRead(reader, row, damaged, found =>
            {
                bytes += found.Content.Length;
                work.Add(found);
            });
            if (bytes >= PageBytes)
            {
                return (work, damaged, row.MessageId);
            }
        }

        return (work, damaged, rows.Count < count ? long.MaxValue : rows[^1].MessageId);
    }

    internal static List<(string, DestinationWork)> Pending(IMessageRows reader, long id, List<DamagedEntry> damaged)
    {
        var pending = new List<(string, DestinationWork)>();
        foreach (var row in reader.Destinations(id))
        {
            if (row.Status == MessageStatus.Pending)
            {
                TryRead(reader, row, damaged, work => pending.Add((reader.Names.NameOf(row.Destination), work)));
            }
        }

        return pending;
    }

    private static void TryRead(IMessageRows reader, DestinationRow row, List<DamagedEntry> damaged, Action<DestinationWork> found)
    {
        try
        {
            found(Work(reader, row));
        }
        catch (Exception failure) when (failure is InvalidDataException or SqliteFailure { IsDamage: true })
        {
            damaged.Add(new DamagedEntry(row.MessageId, row.Destination, failure.Message));
        }
    }

    private static IReadOnlyDictionary<string, object?>? Map(byte[]? json) => json is null ? null : PlainJson.ReadMap(json);

    private static List<long> UnfinishedIds(SqliteDatabase database, long afterId, int count)
    {
        using var find = database.Prepare("""
            SELECT id FROM messages WHERE status = 0 AND id > ?1
            UNION SELECT message_id FROM destinations WHERE status = 5 AND message_id > ?1
            ORDER BY 1 LIMIT ?2
            """);
        find.Bind(1, afterId).Bind(2, count);
        var ids = new List<long>();
        while (find.Step())
        {
            ids.Add(find.Integer(0));
        }

        return ids;
    }

    internal static MessageSummary Summary(IMessageRows reader, MessageRow row) => new()
    {
        Id = row.Id,
        ReceivedAt = new DateTimeOffset(Math.Clamp(row.ReceivedAt, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero),
        Status = row.IsSound ? row.Status : MessageStatus.Error,
        ControlId = row.ControlId,
        MessageType = row.MessageType,
        DataType = row.IsSound ? reader.Names.NameOf(row.DataType) : "",
        Size = row.Size,
        ContentHash = row.ContentHash is { Length: MessageTables.HashLength } hash ? BinaryPrimitives.ReadUInt128LittleEndian(hash) : default,
        DuplicateOf = row.DuplicateOf,
        ReplayOf = row.ReplayOf,
        BatchId = row.BatchId,
        OriginalId = reader.OriginalOf(row.Id),
        Attachments = (int)row.Attachments,
        Error = row.IsSound ? row.Error : "the stored row is damaged: its checksum does not fit",
        Metadata = row.IsSound ? Texts(row.Metadata) : NoTexts,
        Destinations = [.. reader.Destinations(row.Id).Select(destination => Summary(reader, destination))],
    };

    private static DestinationSummary Summary(IMessageRows reader, DestinationRow row) => new()
    {
        Name = reader.Names.NameOf(row.Destination),
        Status = row.IsSound ? row.Status : MessageStatus.Error,
        Attempts = row.Attempts,
        IsReattempt = row.IsReattempt,
        IsUncertain = row.IsUncertain,
        IsUnmade = row.IsUnmade,
        OrderKey = row.OrderKey,
        SentAt = row.SentAt is { } ticks ? new DateTimeOffset(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero) : null,
        Error = row.IsSound ? row.Error : "the stored row is damaged: its checksum does not fit",
    };

    private static readonly Dictionary<string, string> NoTexts = [];

    private static Dictionary<string, string> Texts(byte[]? json)
    {
        if (json is null)
        {
            return NoTexts;
        }

        var texts = new Dictionary<string, string>();
        foreach (var (name, value) in PlainJson.ReadMap(json))
        {
            texts[name] = value as string ?? "";
        }

        return texts;
    }

    // A plain null would become an empty memory here, by way of a null array.
    private static ReadOnlyMemory<byte>? Bytes(Dictionary<int, byte[]> contents, int slot) =>
        contents.TryGetValue(slot, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?);

    // Which slot has what each destination was or is to be sent.
    private static IEnumerable<(string Name, int Slot)> SentSlots(IMessageRows reader, long id, Func<int, bool> isThere)
    {
        foreach (var row in reader.Destinations(id))
        {
            if (row.Status == MessageStatus.Filtered || row.IsUnmade)
            {
                continue;
            }

            var own = ContentSlot.SentTo(row.Destination);
            var slot = isThere(own) ? own : isThere(ContentSlot.Encoded) ? ContentSlot.Encoded : ContentSlot.Raw;
            if (isThere(slot))
            {
                yield return (reader.Names.NameOf(row.Destination), slot);
            }
        }
    }

    // Which slots hold one kind of what each destination has of its own.
    private static IEnumerable<(string Name, int Slot)> SlotsOf(IMessageRows reader, IEnumerable<int> slots, Func<int, int> slotOf)
    {
        foreach (var slot in slots)
        {
            if (ContentSlot.DestinationOf(slot) is > 0 and var destination && slot == slotOf(destination))
            {
                yield return (reader.Names.NameOf(destination), slot);
            }
        }
    }

    private static Dictionary<string, IReadOnlyDictionary<string, object?>> Maps(IMessageRows reader, Dictionary<int, byte[]> contents, Func<int, int> slotOf)
    {
        var maps = new Dictionary<string, IReadOnlyDictionary<string, object?>>();
        foreach (var (name, slot) in SlotsOf(reader, contents.Keys, slotOf))
        {
            maps[name] = Map(contents[slot])!;
        }

        return maps;
    }
}
