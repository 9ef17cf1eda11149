using System.Globalization;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Schema;

/// <summary>The tables that all channels share, and their version.</summary>
internal static class PgSchema
{
    /// <summary>The schema that this version knows.</summary>
    internal const int Version = 2;

    // Any number that nobody else uses: "ChHs".
    private const long AdvisoryLock = 0x43684873;

    /// <summary>
    /// The way from each version to the next. What comes from outside is bytea: text of PostgreSQL takes no NUL, and an index row takes 2,700 bytes,
    /// so values are found by a hash and compared whole.
    /// </summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE channelhost.channels(
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL UNIQUE,
            owner_epoch bigint NOT NULL DEFAULT 0,
            owner text NOT NULL DEFAULT '',
            owned_since timestamptz,
            commits bigint NOT NULL DEFAULT 0,
            id_ceiling bigint NOT NULL DEFAULT 0,
            state_sequence bigint NOT NULL DEFAULT 0,
            state_forgotten bigint NOT NULL DEFAULT 0) WITH (fillfactor = 20);
        CREATE TABLE channelhost.partitions(
            channel integer NOT NULL,
            number integer NOT NULL,
            first_id bigint NOT NULL,
            end_id bigint NOT NULL,
            made_at timestamptz NOT NULL DEFAULT now(),
            received_from bigint,
            received_to bigint,
            PRIMARY KEY (channel, number));
        CREATE TABLE channelhost.names(
            channel integer NOT NULL,
            id integer NOT NULL,
            kind smallint NOT NULL,
            name text NOT NULL,
            PRIMARY KEY (channel, id));
        CREATE TABLE channelhost.counts(
            channel integer NOT NULL,
            connector integer NOT NULL,
            status smallint NOT NULL,
            n bigint NOT NULL,
            PRIMARY KEY (channel, connector, status)) WITH (fillfactor = 30);
        CREATE TABLE channelhost.batches(
            channel integer NOT NULL,
            key_hash bytea NOT NULL,
            batch_id bigint NOT NULL,
            parts integer NOT NULL,
            part_check bigint NOT NULL,
            PRIMARY KEY (channel, key_hash));
        CREATE INDEX batches_age ON channelhost.batches(channel, batch_id);
        CREATE TABLE channelhost.answers(
            channel integer NOT NULL,
            message_id bigint NOT NULL,
            key_hash bytea NOT NULL,
            fingerprint bytea NOT NULL,
            answer bytea,
            crc bigint NOT NULL,
            PRIMARY KEY (channel, message_id),
            UNIQUE (channel, key_hash));
        CREATE TABLE channelhost.state_changes(
            channel integer NOT NULL,
            sequence bigint NOT NULL,
            message_id bigint NOT NULL,
            changes bytea NOT NULL,
            PRIMARY KEY (channel, sequence));
        CREATE TABLE channelhost.state_map(
            channel integer NOT NULL,
            key_hash bytea NOT NULL,
            key bytea NOT NULL,
            sequence bigint NOT NULL,
            value bytea,
            PRIMARY KEY (channel, key_hash));
        CREATE TABLE channelhost.state_taken(
            channel integer NOT NULL,
            id bigint NOT NULL,
            sequence bigint NOT NULL,
            once_key bytea NOT NULL,
            PRIMARY KEY (channel, id));
        CREATE INDEX state_taken_sequence ON channelhost.state_taken(channel, sequence);
        CREATE TABLE channelhost.documents(
            channel integer NOT NULL,
            name text NOT NULL,
            body bytea NOT NULL,
            crc bigint NOT NULL,
            PRIMARY KEY (channel, name));
        CREATE FUNCTION channelhost.commit_group(p_channel integer, p_epoch bigint, p_number bigint, p_ceiling bigint, p_sequence bigint)
        RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE channelhost.channels SET commits = p_number, id_ceiling = p_ceiling, state_sequence = p_sequence
            WHERE id = p_channel AND owner_epoch = p_epoch AND commits = p_number - 1;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the channel belongs to another host' USING ERRCODE = 'CH001';
            END IF;
        END $$;
        """,
        """
        CREATE TABLE channelhost.encryption(
            channel integer NOT NULL,
            name text NOT NULL,
            value bytea NOT NULL,
            PRIMARY KEY (channel, name));
        CREATE TABLE channelhost.imported(
            channel integer NOT NULL,
            message_id bigint NOT NULL,
            original_id bigint NOT NULL,
            origin text NOT NULL,
            imported_at bigint NOT NULL,
            PRIMARY KEY (channel, message_id));
        CREATE INDEX imported_original ON channelhost.imported(channel, original_id, origin);
        DO $$
        DECLARE
            number integer;
        BEGIN
            FOR number IN SELECT id FROM channelhost.channels LOOP
                EXECUTE format('ALTER TABLE channelhost.attachments_%s ADD COLUMN sealed_size integer', number);
            END LOOP;
        END $$;
        """,
    ];

    /// <summary>Makes the schema or brings it up to date in one transaction; hosts that start together wait for each other.</summary>
    /// <exception cref="StoreException">A newer version has written it.</exception>
    internal static void Upgrade(NpgsqlConnection connection, string place)
    {
        using var transaction = connection.BeginTransaction();
        connection.Run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock);
        var exists = connection.Number("SELECT count(*) FROM pg_namespace WHERE nspname = 'channelhost'") > 0;
        if (!exists)
        {
            connection.RunAll("""
                CREATE SCHEMA channelhost;
                CREATE TABLE channelhost.versions(version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
                """);
        }

        var version = connection.Number("SELECT coalesce(max(version), 0) FROM channelhost.versions");
        if (version > Version)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"{place}: the schema channelhost was written by a newer version of ChannelHost (schema {version}, this one knows {Version}): use that version"));
        }

        for (var step = (int)version; step < Version; step++)
        {
            connection.RunAll(Steps[step]);
            connection.Run("INSERT INTO channelhost.versions(version) VALUES ($1)", step + 1);
        }

        transaction.Commit();
    }
}
