using Npgsql;
using NpgsqlTypes;

namespace ChannelHost.Storage.PostgreSql;

/// <summary>Short ways to run statements.</summary>
internal static class PgCommands
{
    internal static int Run(this NpgsqlConnection connection, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs several statements that take no values.</summary>
    internal static void RunAll(this NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    internal static long Number(this NpgsqlConnection connection, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads rows; <paramref name="read"/> makes something of each.</summary>
    internal static List<T> List<T>(this NpgsqlConnection connection, Func<NpgsqlDataReader, T> read, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        using var rows = command.ExecuteReader();
        var list = new List<T>();
        while (rows.Read())
        {
            list.Add(read(rows));
        }

        return list;
    }

    internal static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }

    internal static byte[]? BytesOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    internal static string? TextOrNull(this NpgsqlDataReader row, int column) => row.BytesOrNull(column) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    // Typed by what it is: a null among values needs a type, and is given as DBNull<T> of the array's element or as a typed parameter.
    private static NpgsqlParameter Parameter(object value) => value switch
    {
        NpgsqlParameter parameter => parameter,
        long number => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint },
        int number => new NpgsqlParameter<int> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Integer },
        string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
        byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
        long[] numbers => new NpgsqlParameter<long[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        long?[] numbers => new NpgsqlParameter<long?[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        int?[] numbers => new NpgsqlParameter<int?[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
        int[] numbers => new NpgsqlParameter<int[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
        string[] texts => new NpgsqlParameter<string[]> { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        byte[]?[] all => new NpgsqlParameter<byte[]?[]> { TypedValue = all, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        ReadOnlyMemory<byte>[] all => new NpgsqlParameter<ReadOnlyMemory<byte>[]> { TypedValue = all, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        _ => throw new ArgumentException($"a parameter of the type {value.GetType()} is not known", nameof(value)),
    };
}
