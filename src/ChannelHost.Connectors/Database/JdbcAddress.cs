using System.Globalization;
using ChannelHost.Connectors.Database.Drivers;

namespace ChannelHost.Connectors.Database;

/// <summary>An address as Java programs write it: <c>jdbc:postgresql://host:port/database?option=value</c> and its like.</summary>
/// <param name="Kind">Which database.</param>
/// <param name="Place">Where it is.</param>
/// <param name="User">The user that stands in it; null for none.</param>
/// <param name="Password">The password that stands in it; null for none.</param>
internal sealed record JdbcAddress(DatabaseKind Kind, DatabasePlace Place, string? User, string? Password)
{
    private const string Prefix = "jdbc:";

    private static readonly (string Scheme, DatabaseKind Kind, int Port)[] Servers =
    [
        ("postgresql://", DatabaseKind.PostgreSql, 5432),
        ("mysql://", DatabaseKind.MySql, 3306),
        ("mariadb://", DatabaseKind.MySql, 3306),
        ("sqlserver://", DatabaseKind.SqlServer, 1433),
        ("jtds:sqlserver://", DatabaseKind.SqlServer, 1433),
    ];

    /// <summary>Whether it looks like one at all.</summary>
    public static bool IsOne(string address) => address.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address; null when it is none of a database that we have.</summary>
    public static JdbcAddress? TryRead(string address)
    {
        var text = address.Trim();
        if (!IsOne(text))
        {
            return null;
        }

        text = text[Prefix.Length..];
        if (text.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
        {
            return File(text["sqlite:".Length..]);
        }

        foreach (var (scheme, kind, port) in Servers)
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return Server(text[scheme.Length..], kind, port, isSemicolons: scheme == "sqlserver://");
            }
        }

        return null;
    }

    /// <summary>The address without user and password, for messages.</summary>
    public static string Shown(string address)
    {
        var end = address.AsSpan().IndexOfAny('?', ';');
        var shown = end < 0 ? address : address[..end];
        var at = shown.IndexOf('@', StringComparison.Ordinal);
        var slashes = shown.IndexOf("//", StringComparison.Ordinal);
        return at > slashes && slashes >= 0 ? string.Concat(shown.AsSpan(0, slashes + 2), shown.AsSpan(at + 1)) : shown;
    }

    /// <summary>A host's name in the form in which two are compared: this machine has many.</summary>
    public static string SameHost(string host) => host.Trim().ToLowerInvariant() switch
    {
        "127.0.0.1" or "::1" or "[::1]" or "." or "(local)" or "" => "localhost",
        var name => name,
    };

    private static JdbcAddress? File(string path)
    {
        var end = path.IndexOf('?', StringComparison.Ordinal);
        path = end < 0 ? path : path[..end];
        path = path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? path["file:".Length..] : path;
        return Path.IsPathRooted(path) ? new JdbcAddress(DatabaseKind.Sqlite, new DatabasePlace("", 0, Path.GetFullPath(path)), null, null) : null;
    }

    private static JdbcAddress? Server(string text, DatabaseKind kind, int port, bool isSemicolons)
    {
        var end = text.AsSpan().IndexOfAny('?', ';');
        var head = end < 0 ? text : text[..end];
        var options = Options(end < 0 ? "" : text[(end + 1)..]);
        var slash = head.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? head : head[..slash];
        var database = slash < 0 || isSemicolons ? "" : Uri.UnescapeDataString(head[(slash + 1)..]);
        if (kind == DatabaseKind.SqlServer)
        {
            database = (options.GetValueOrDefault("databaseName") ?? options.GetValueOrDefault("database") ?? database).ToLowerInvariant();
            var instance = options.GetValueOrDefault("instanceName") ?? options.GetValueOrDefault("instance");
            host = instance is null ? host : $"{host}\\{instance}";
        }

        var colon = host.LastIndexOf(':');
        if (colon >= 0 && !host.EndsWith(']'))
        {
            var behind = host.IndexOf('\\', colon);
            var digits = behind < 0 ? host[(colon + 1)..] : host[(colon + 1)..behind];
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port))
            {
                return null;
            }

            host = behind < 0 ? host[..colon] : host[..colon] + host[behind..];
        }

        return new JdbcAddress(kind, new DatabasePlace(SameHost(host), port, database), options.GetValueOrDefault("user"), options.GetValueOrDefault("password"));
    }

    private static Dictionary<string, string> Options(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var option in text.Split('&', ';'))
        {
            var sign = option.IndexOf('=', StringComparison.Ordinal);
            if (sign > 0)
            {
                options[option[..sign].Trim()] = Uri.UnescapeDataString(option[(sign + 1)..]);
            }
        }

        return options;
    }
}
