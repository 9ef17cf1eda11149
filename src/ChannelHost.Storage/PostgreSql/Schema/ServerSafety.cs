using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Schema;

/// <summary>Whether the server keeps what it says is stored.</summary>
internal static class ServerSafety
{
    /// <summary>What is wrong with the server's settings, for people; null when nothing is.</summary>
    internal static string? Problem(NpgsqlConnection connection)
    {
        var off = connection.List(
            row => row.GetString(0), "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name");
        return off.Count == 0
            ? null
            : $"the server runs with {string.Join(" and ", off.Select(name => $"{name} = off"))}: a power cut can take what it said is stored, or the whole database. "
            + "Next: turn that on in postgresql.conf. To use the server as it is (a test), set CHANNELHOST_STORE_UNSAFE=1";
    }
}
