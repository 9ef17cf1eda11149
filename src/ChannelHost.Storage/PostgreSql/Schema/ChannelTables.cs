using System.Globalization;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Schema;

/// <summary>
/// The names of one channel's tables, and how they are made. Each is divided into ranges of ids, the same for all five: a lookup by id touches one
/// partition, and ids follow time, so what is too old goes as whole tables.
/// </summary>
internal sealed class ChannelTables
{
    /// <summary>How many ids the first partition takes; each next one is chosen by how fast the one before was filled.</summary>
    internal const long FirstPartition = 1_000_000;

    internal const long SmallestPartition = 250_000;
    internal const long LargestPartition = 64_000_000;

    internal ChannelTables(int channel)
    {
        Channel = channel;
        var number = channel.ToString(CultureInfo.InvariantCulture);
        Messages = "channelhost.messages_" + number;
        Destinations = "channelhost.destinations_" + number;
        Contents = "channelhost.contents_" + number;
        Metadata = "channelhost.metadata_" + number;
        Attachments = "channelhost.attachments_" + number;
    }

    /// <summary>The channel's number in <c>channels</c>.</summary>
    internal int Channel { get; }

    internal string Messages { get; }

    internal string Destinations { get; }

    internal string Contents { get; }

    internal string Metadata { get; }

    internal string Attachments { get; }

    internal IEnumerable<string> All => [Messages, Destinations, Contents, Metadata, Attachments];

    /// <summary>Makes the channel's tables with their first partition; part of the caller's transaction.</summary>
    internal void Create(NpgsqlConnection connection)
    {
        var n = Channel.ToString(CultureInfo.InvariantCulture);
        connection.RunAll($"""
            CREATE TABLE {Messages}(
                id bigint PRIMARY KEY,
                received_at bigint NOT NULL,
                status smallint NOT NULL,
                size integer NOT NULL,
                data_type integer NOT NULL,
                duplicate_of bigint NOT NULL,
                control_hash bigint,
                control_id bytea,
                message_type bytea,
                content_hash bytea,
                metadata bytea,
                error bytea,
                crc bigint NOT NULL,
                replay_of bigint NOT NULL,
                batch_id bigint NOT NULL,
                attachments bigint NOT NULL,
                content_key bigint) PARTITION BY RANGE (id);
            CREATE INDEX messages_{n}_control_id ON {Messages}(control_hash, id) WHERE control_hash IS NOT NULL;
            CREATE INDEX messages_{n}_content ON {Messages}(content_key, id) WHERE content_key IS NOT NULL;
            CREATE INDEX messages_{n}_duplicate_of ON {Messages}(duplicate_of, id) WHERE duplicate_of <> 0;
            CREATE INDEX messages_{n}_received ON {Messages}(id) WHERE status = 0;
            CREATE INDEX messages_{n}_error ON {Messages}(id) WHERE status = 6;
            CREATE INDEX messages_{n}_replay_of ON {Messages}(replay_of, id) WHERE replay_of <> 0;
            CREATE INDEX messages_{n}_batch_id ON {Messages}(batch_id, id) WHERE batch_id <> 0;
            CREATE TABLE {Destinations}(
                message_id bigint NOT NULL,
                destination integer NOT NULL,
                status smallint NOT NULL,
                attempts integer NOT NULL,
                flags integer NOT NULL,
                sent_at bigint,
                error bytea,
                crc bigint NOT NULL,
                order_key bigint NOT NULL,
                PRIMARY KEY (message_id, destination)) PARTITION BY RANGE (message_id);
            CREATE INDEX destinations_{n}_queued ON {Destinations}(destination, message_id) WHERE status = 4;
            CREATE INDEX destinations_{n}_pending ON {Destinations}(message_id) WHERE status = 5;
            CREATE INDEX destinations_{n}_error ON {Destinations}(destination, message_id) WHERE status = 6;
            CREATE INDEX destinations_{n}_dead ON {Destinations}(destination, message_id) WHERE status = 7;
            CREATE INDEX destinations_{n}_order ON {Destinations}(destination, order_key, message_id) WHERE status = 4 AND order_key <> 0;
            CREATE TABLE {Contents}(
                key bigint PRIMARY KEY,
                form smallint NOT NULL,
                crc bigint NOT NULL,
                data bytea NOT NULL) PARTITION BY RANGE (key);
            CREATE TABLE {Metadata}(
                name integer NOT NULL,
                value_hash bigint NOT NULL,
                message_id bigint NOT NULL,
                value bytea NOT NULL,
                PRIMARY KEY (name, value_hash, message_id)) PARTITION BY RANGE (message_id);
            CREATE TABLE {Attachments}(
                message_id bigint NOT NULL,
                ordinal integer NOT NULL,
                id bytea NOT NULL,
                type bytea NOT NULL,
                crc bigint NOT NULL,
                data bytea NOT NULL,
                sealed_size integer,
                PRIMARY KEY (message_id, id)) PARTITION BY RANGE (message_id);
            """);
        AddPartition(connection, new PgPartition(1, 1, 1 + FirstPartition));
    }

    /// <summary>
    /// Makes the next partition; part of the caller's transaction. Its tables are made alone and attached: that goes beside everybody who reads or writes
    /// (a dump, a check), where <c>PARTITION OF</c> waits for all of them and holds up those behind it.
    /// </summary>
    internal void AddPartition(NpgsqlConnection connection, PgPartition partition)
    {
        foreach (var table in All)
        {
            var shift = table == Contents ? 16 : 0;
            connection.RunAll(string.Create(CultureInfo.InvariantCulture,
                $"""
                CREATE TABLE {table}_p{partition.Number}(LIKE {table} INCLUDING ALL);
                ALTER TABLE {table} ATTACH PARTITION {table}_p{partition.Number} FOR VALUES FROM ({partition.FirstId << shift}) TO ({partition.EndId << shift});
                """));
        }

        connection.Run(
            "INSERT INTO channelhost.partitions(channel, number, first_id, end_id) VALUES ($1, $2, $3, $4)", Channel, partition.Number, partition.FirstId, partition.EndId);
    }

    /// <summary>The partitions that are there, oldest first.</summary>
    internal List<PgPartition> Partitions(NpgsqlConnection connection) => connection.List(
        row => new PgPartition(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)),
        "SELECT number, first_id, end_id FROM channelhost.partitions WHERE channel = $1 ORDER BY number", Channel);
}
