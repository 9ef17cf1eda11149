using Microsoft.Data.Sqlite;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>A SQLite file as its other users see it.</summary>
internal sealed class SqliteFile(string path)
{
    public string Connection => $"Data Source={path}";

    public object? Run(string sql, params object[] values)
    {
        using var connection = new SqliteConnection(Connection + ";Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        }

        return command.ExecuteScalar();
    }
}
