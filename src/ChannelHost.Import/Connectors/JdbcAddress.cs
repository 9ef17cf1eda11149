using System.Text.RegularExpressions;

namespace ChannelHost.Import.Connectors;

/// <summary>What a JDBC URL says, in the words of .NET's drivers.</summary>
/// <param name="Kind"><c>postgresql</c>, <c>mysql</c>, <c>sqlserver</c> or <c>sqlite</c>.</param>
/// <param name="Connection">The connection string, without user and password.</param>
internal sealed partial record JdbcAddress(string Kind, string Connection)
{
    /// <summary>Reads a URL; null for a database that cannot be used.</summary>
    public static JdbcAddress? Read(string url)
    {
        if (Sqlite().Match(url) is { Success: true } sqlite)
        {
            return new JdbcAddress("sqlite", $"Data Source={sqlite.Groups["file"].Value}");
        }

        if (Network().Match(url) is not { Success: true } match)
        {
            return null;
        }

        var (host, port, database) = (match.Groups["host"].Value, match.Groups["port"].Value, match.Groups["database"].Value);
        return match.Groups["kind"].Value switch
        {
            "postgresql" => new JdbcAddress("postgresql", $"Host={host}{(port.Length > 0 ? $";Port={port}" : "")};Database={database}"),
            "mysql" or "mariadb" => new JdbcAddress("mysql", $"Server={host}{(port.Length > 0 ? $";Port={port}" : "")};Database={database}"),
            _ => new JdbcAddress("sqlserver", $"Server={host}{(port.Length > 0 ? $",{port}" : "")};Database={(DatabaseName().Match(url) is { Success: true } named ? named.Groups["name"].Value : database)}"),
        };
    }

    /// <summary>The URL without what may be a password.</summary>
    public static string WithoutSecrets(string url) => Secret().Replace(url, "$1***");

    [GeneratedRegex(@"^jdbc:sqlite:(?<file>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Sqlite();

    [GeneratedRegex(@"^jdbc:(?:jtds:)?(?<kind>postgresql|mysql|mariadb|sqlserver)://(?<host>[^:/;?]+)(?::(?<port>[^/;?]+))?(?:/(?<database>[^?;]*))?", RegexOptions.IgnoreCase)]
    private static partial Regex Network();

    [GeneratedRegex(@"databaseName=(?<name>[^;]+)", RegexOptions.IgnoreCase)]
    private static partial Regex DatabaseName();

    [GeneratedRegex(@"((?:password|pwd)=)[^;&]*|(?<=://)[^/@]*(?=@)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
