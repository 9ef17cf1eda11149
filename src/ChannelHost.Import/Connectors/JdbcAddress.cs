using System.Text.RegularExpressions;

namespace ChannelHost.Import.Connectors;

/// <summary>What a JDBC URL says, in the words of .NET's drivers.</summary>
/// <param name="Kind"><c>postgresql</c>, <c>mysql</c>, <c>sqlserver</c> or <c>sqlite</c>.</param>
/// <param name="Connection">The connection string, without user and password.</param>
internal sealed partial record JdbcAddress(string Kind, string Connection)
{
    /// <summary>The user that the URL names; null for none.</summary>
    public string? User { get; private init; }

    /// <summary>The password that the URL holds; null for none. Never shown.</summary>
    public string? Password { get; private init; }

    /// <summary>Names of options that have no counterpart that is known here. Their values may be secrets.</summary>
    public IReadOnlyList<string> Untranslated { get; private init; } = [];

    /// <summary>Reads a URL; null for a database that cannot be used.</summary>
    public static JdbcAddress? Read(string url)
    {
        if (Sqlite().Match(url) is { Success: true } sqlite)
        {
            return new JdbcAddress("sqlite", $"Data Source={sqlite.Groups["file"].Value}") { Untranslated = [.. Options(sqlite.Groups["options"].Value).Select(option => option.Name)] };
        }

        if (Network().Match(url) is not { Success: true } match)
        {
            return null;
        }

        var kind = match.Groups["kind"].Value.ToLowerInvariant() is var word && word == "mariadb" ? "mysql" : word;
        var made = new Connecting(kind, match.Groups["host"].Value, match.Groups["port"].Value, match.Groups["database"].Value);
        if (match.Groups["user"].Value is { Length: > 0 } user)
        {
            var colon = user.IndexOf(':', StringComparison.Ordinal);
            made.User = Uri.UnescapeDataString(colon < 0 ? user : user[..colon]);
            made.Password = colon < 0 ? null : Uri.UnescapeDataString(user[(colon + 1)..]);
        }

        foreach (var (name, value) in Options(match.Groups["options"].Value))
        {
            made.Take(name, value);
        }

        return new JdbcAddress(kind, made.Text()) { User = made.User, Password = made.Password, Untranslated = made.Untranslated };
    }

    /// <summary>The URL without what may be a password.</summary>
    public static string WithoutSecrets(string url) => Secret().Replace(url, "$1***");

    private static IEnumerable<(string Name, string Value)> Options(string text)
    {
        foreach (var option in text.Split(['?', '&', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (option, "") : (option[..equals].Trim(), Uri.UnescapeDataString(option[(equals + 1)..].Trim()));
        }
    }

    [GeneratedRegex(@"^jdbc:sqlite:(?<file>[^?]+)(?:\?(?<options>.*))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Sqlite();

    // What stands before the last @ of the address is who connects, whatever characters it has.
    [GeneratedRegex(@"^jdbc:(?:jtds:)?(?<kind>postgresql|mysql|mariadb|sqlserver)://(?:(?<user>[^?;]*)@)?(?<host>[^:/;?@]+)(?::(?<port>[0-9]+|\$\{[^}]*\}))?(?:/(?<database>[^?;@]*))?(?<options>[?;].*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Network();

    [GeneratedRegex("""((?:password|passwd|pwd|passphrase|secret|token)\s*=)[^;&"'\s]*|(?<=://)[^\s"'<>]*(?=@)""", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    /// <summary>A connection string that is being made.</summary>
    private sealed class Connecting(string kind, string host, string port, string database)
    {
        private readonly List<string> _options = [];
        private string _database = database;
        private string _instance = "";

        public string? User { get; set; }

        public string? Password { get; set; }

        public List<string> Untranslated { get; } = [];

        /// <summary>Takes an option over, or notes its name.</summary>
        public void Take(string name, string value)
        {
            switch (name.ToLowerInvariant())
            {
                case "user" or "username":
                    User = value;
                    break;
                case "password":
                    Password = value;
                    break;
                case "databasename" or "database" when kind == "sqlserver":
                    _database = value;
                    break;
                case "instancename" or "instance" when kind == "sqlserver":
                    _instance = value;
                    break;
                default:
                    if (Translated(name.ToLowerInvariant(), value) is not { } option)
                    {
                        Untranslated.Add(name);
                    }
                    else if (option.Length > 0)
                    {
                        _options.Add(option);
                    }

                    break;
            }
        }

        /// <summary>The connection string.</summary>
        public string Text()
        {
            var place = kind switch
            {
                "postgresql" => $"Host={host}{(port.Length > 0 ? $";Port={port}" : "")}",
                "mysql" => $"Server={host}{(port.Length > 0 ? $";Port={port}" : "")}",

                // With a port, the instance is found by it alone.
                _ => $"Server={host}{(port.Length > 0 ? $",{port}" : _instance.Length > 0 ? $"\\{_instance}" : "")}",
            };
            return string.Join(';', [$"{place};Database={Quoted(_database)}", .. _options]);
        }

        // Empty: what the option says is so here anyway.
        private string? Translated(string name, string value) => (kind, name, value.ToLowerInvariant()) switch
        {
            ("postgresql", "sslmode", "disable" or "allow" or "prefer" or "require") => $"SSL Mode={char.ToUpperInvariant(value[0])}{value[1..].ToLowerInvariant()}",
            ("postgresql", "sslmode", "verify-ca") => "SSL Mode=VerifyCA",
            ("postgresql", "sslmode", "verify-full") or ("postgresql", "ssl", "true" or "") => "SSL Mode=VerifyFull",
            ("postgresql", "ssl", "false") => "",
            ("postgresql", "currentschema", _) => $"Search Path={Quoted(value)}",
            ("postgresql", "applicationname", _) => $"Application Name={Quoted(value)}",
            ("mysql", "usessl", "false") or ("mysql", "sslmode", "disabled" or "disable") => "SslMode=None",
            ("mysql", "usessl" or "requiressl", "true") or ("mysql", "sslmode", "required" or "trust") => "SslMode=Required",
            ("mysql", "sslmode", "preferred") => "SslMode=Preferred",
            ("mysql", "sslmode", "verify_ca" or "verify-ca") => "SslMode=VerifyCA",
            ("mysql", "sslmode", "verify_identity" or "verify-full") => "SslMode=VerifyFull",
            ("mysql", "allowpublickeyretrieval", "true" or "false") => $"AllowPublicKeyRetrieval={value}",
            ("sqlserver", "encrypt", "true" or "false" or "strict") => $"Encrypt={value}",
            ("sqlserver", "trustservercertificate", "true" or "false") => $"TrustServerCertificate={value}",
            ("sqlserver", "applicationname", _) => $"Application Name={Quoted(value)}",
            ("sqlserver", "applicationintent", "readonly" or "readwrite") => $"ApplicationIntent={value}",
            ("sqlserver", "multisubnetfailover", "true" or "false") => $"MultiSubnetFailover={value}",
            ("sqlserver", "hostnameincertificate", _) => $"HostNameInCertificate={Quoted(value)}",
            _ => null,
        };

        private static string Quoted(string value) =>
            value.AsSpan().IndexOfAny(";\"'") < 0 && value.Trim() == value ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
