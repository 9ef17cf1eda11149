using ChannelHost.Storage.PostgreSql.Messages;

namespace ChannelHost.Storage.PostgreSql;

/// <summary>Which keys the channels of a database need, and whose they are; asked beside running hosts.</summary>
internal static class PgKeys
{
    /// <summary>The forms of all channels.</summary>
    /// <exception cref="StoreException">The database cannot be read, or has no store of this version.</exception>
    internal static List<ChannelForms> Forms(PostgreSqlSettings settings) => Ask(settings, PgFormRows.OfAll);

    /// <summary>True when a host on this data folder had the channel last.</summary>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    internal static bool IsOurs(PostgreSqlSettings settings, string channel, string dataFolder) =>
        Ask(settings, connection => ChannelOwnership.IsOurs(connection, channel, dataFolder));

    /// <summary>Asks the database.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static T Ask<T>(PgDatabase database, Func<Npgsql.NpgsqlConnection, T> ask)
    {
        try
        {
            using var connection = database.OpenReader();
            return ask(connection);
        }
        catch (Exception failure) when (PgFailure.IsOfDatabase(failure))
        {
            throw new StoreException($"{database.Place}: {PgFailure.Describe(failure)}", failure);
        }
    }

    private static T Ask<T>(PostgreSqlSettings settings, Func<Npgsql.NpgsqlConnection, T> ask)
    {
        using var database = new PgDatabase(settings);
        return Ask(database, ask);
    }
}
