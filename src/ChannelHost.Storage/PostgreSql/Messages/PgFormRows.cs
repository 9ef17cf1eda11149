using ChannelHost.Storage.Encryption;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>A channel's rows of the table <c>encryption</c>.</summary>
internal sealed class PgFormRows(NpgsqlConnection connection, int channel) : IFormRows
{
    /// <summary>What the table says of all channels.</summary>
    internal static List<ChannelForms> OfAll(NpgsqlConnection connection) => [.. connection.List(
            row => (Channel: row.GetString(0), Name: row.TextOrNull(1), Value: row.BytesOrNull(2)),
            "SELECT c.name, e.name, e.value FROM channelhost.channels c LEFT JOIN channelhost.encryption e ON e.channel = c.id ORDER BY c.name, e.name")
        .GroupBy(row => row.Channel, StringComparer.Ordinal)
        .Select(rows => ChannelForms.Of(rows.Key, new ReadRows(rows.Where(row => row.Name is not null).ToDictionary(row => row.Name!, row => row.Value!, StringComparer.Ordinal))))];

    /// <summary>The forms of a channel by its name; empty for one that is not there.</summary>
    internal static List<string> Of(NpgsqlConnection connection, string channel) => StoredForms.FromNames(connection.List(
        row => row.GetString(0), "SELECT e.name FROM channelhost.encryption e JOIN channelhost.channels c ON c.id = e.channel WHERE c.name = $1 ORDER BY e.name", channel));

    /// <inheritdoc/>
    public IEnumerable<string> Names() => connection.List(row => row.GetString(0), "SELECT name FROM channelhost.encryption WHERE channel = $1 ORDER BY name", channel);

    /// <inheritdoc/>
    public byte[]? Find(string name) =>
        connection.List(row => row.GetFieldValue<byte[]>(0), "SELECT value FROM channelhost.encryption WHERE channel = $1 AND name = $2", channel, name).FirstOrDefault();

    /// <inheritdoc/>
    public void Put(string name, byte[] value) => connection.Run(
        "INSERT INTO channelhost.encryption VALUES ($1, $2, $3) ON CONFLICT (channel, name) DO UPDATE SET value = excluded.value", channel, name, value);

    /// <inheritdoc/>
    public void Remove(string name) => connection.Run("DELETE FROM channelhost.encryption WHERE channel = $1 AND name = $2", channel, name);

    private sealed class ReadRows(Dictionary<string, byte[]> rows) : IFormRows
    {
        public IEnumerable<string> Names() => rows.Keys.Order(StringComparer.Ordinal);

        public byte[]? Find(string name) => rows.GetValueOrDefault(name);

        public void Put(string name, byte[] value) => throw new InvalidOperationException("what was read is not written");

        public void Remove(string name) => throw new InvalidOperationException("what was read is not written");
    }
}
