using ChannelHost.Connectors.Database.Drivers;

namespace ChannelHost.Connectors.Database;

/// <summary>Finds the database that an address means among those that a channel declares.</summary>
internal static class DeclaredDatabases
{
    /// <summary>The declared database and how it is opened; user and password of the address count before the declared ones.</summary>
    /// <exception cref="ScriptDatabaseException">None is meant; the message names what to declare.</exception>
    public static DatabaseTarget Find(ScriptAccess access, string address, string? user, string? password, TimeSpan timeout)
    {
        foreach (var declared in access.Databases)
        {
            if (declared.Name == address || string.Equals(declared.JdbcUrl, address, StringComparison.OrdinalIgnoreCase))
            {
                return Target(declared, user, password, timeout);
            }
        }

        if (JdbcAddress.TryRead(address) is not { } asked)
        {
            throw NotDeclared(address);
        }

        foreach (var declared in access.Databases)
        {
            if (declared.Kind == asked.Kind && IsSame(declared, asked.Place))
            {
                return user is { Length: > 0 } ? Target(declared, user, password, timeout) : Target(declared, asked.User, password is { Length: > 0 } ? password : asked.Password, timeout);
            }
        }

        throw NotDeclared(address);
    }

    /// <summary>A declared database.</summary>
    public static DatabaseTarget Target(DatabaseAccess declared, string? user, string? password, TimeSpan timeout) => new()
    {
        Driver = DatabaseDrivers.Of(declared.Kind),
        ConnectionString = declared.ConnectionString,
        Where = $"the database {declared.Name}",
        User = user is { Length: > 0 } ? user : null,

        // The declared password is the declared user's alone.
        Password = password is { Length: > 0 } ? password : user is { Length: > 0 } ? "" : null,
        ConnectTimeout = timeout,
    };

    // Where an address is declared it counts alone: the database may have moved since the scripts were written.
    private static bool IsSame(DatabaseAccess declared, DatabasePlace asked)
    {
        if (declared.JdbcUrl is { } url)
        {
            return JdbcAddress.TryRead(url) is { } known && known.Place == asked;
        }

        try
        {
            return DatabaseDrivers.Of(declared.Kind).PlaceOf(declared.ConnectionString) == asked;
        }
        catch (ArgumentException)
        {
            // It is not this one, whatever it is: opening it by its name says what is wrong with it.
            return false;
        }
    }

    private static ScriptDatabaseException NotDeclared(string address)
    {
        var shown = JdbcAddress.Shown(address);
        var hint = JdbcAddress.IsOne(address) && JdbcAddress.TryRead(address) is null
            ? "Addresses that can be matched by their parts begin with jdbc:postgresql://, jdbc:mysql://, jdbc:mariadb://, jdbc:sqlserver://, jdbc:jtds:sqlserver:// or jdbc:sqlite:/; any other must stand in `jdbc:` exactly as the script has it."
            : "Declare it under access: { databases: [ { name, kind, connection, jdbc } ] } in channel.yaml.";
        return new ScriptDatabaseException($"The database {shown} is not declared for this channel. {hint}");
    }
}
