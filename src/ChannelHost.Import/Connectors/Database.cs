using System.Globalization;
using ChannelHost.Import.Channels;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Connectors;

/// <summary>Database Reader: <c>database</c>.</summary>
internal sealed class DatabaseReader : IConnectorConversion
{
    public string PropertiesClass => "DatabaseReceiverProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "database", properties);
        DatabaseAddress.Convert(draft);
        var usesScript = properties.Flag("useScript");
        var select = properties.Find("select");
        if (usesScript)
        {
            draft.Channel.Script("select.js").Script(select?.Text ?? "", select ?? draft.Connector);
            draft.Yaml.Set("selectScript", "select.js", select);
        }
        else
        {
            draft.Yaml.Set("select", ConnectorDraft.Template(select?.Text ?? ""), select);
        }

        Update(draft, usesScript);
        if (properties.Flag("aggregateResults"))
        {
            draft.Yaml.Set("aggregate", true, properties.Find("aggregateResults"));
        }

        Polling.Convert(draft, "interval");
        if (!properties.Flag("keepConnectionOpen", otherwise: true))
        {
            draft.Yaml.Set("keepOpen", false, properties.Find("keepConnectionOpen"));
        }

        if (properties.Number("retryCount", 3) is not 3 and var retries)
        {
            draft.Yaml.Set("retries", Math.Clamp(retries, 0, 1000).ToString(CultureInfo.InvariantCulture), properties.Find("retryCount"));
        }

        draft.SetTime("retryPause", "retryInterval", 100, 3_600_000);
        properties.Skip("cacheResults", "fetchSize", "encoding");
    }

    private static void Update(ConnectorDraft draft, bool usesScript)
    {
        var properties = draft.Properties;
        var update = properties.Find("update");
        var mode = properties.Number("updateMode", 1);
        draft.Yaml.Set("updateMode", mode switch { 2 => "after-all", 3 => "after-each", _ => "never" }, properties.Find("updateMode"));
        if (update is null || update.Text.Trim().Length == 0 || mode is not (2 or 3))
        {
            if (update is { Text.Length: > 0 } && !DefaultScripts.Are(update.Text))
            {
                draft.Channel.Keep(ImportLevel.Runs, update, "the update was switched off (updateMode 1) and is left out");
            }

            return;
        }

        if (usesScript)
        {
            draft.Channel.Script("update.js").Script(update?.Text ?? "", update ?? draft.Connector);
            draft.Yaml.Set("updateScript", "update.js", update);
        }
        else
        {
            draft.Yaml.Set("update", ConnectorDraft.Template(update?.Text ?? ""), update);
        }
    }
}

/// <summary>Database Writer: <c>database</c>.</summary>
internal sealed class DatabaseWriter : IConnectorConversion
{
    public string PropertiesClass => "DatabaseDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var query = properties.Find("query");
        if (properties.Flag("useScript"))
        {
            // The script opens its connections itself: the settings beside it are what the editor's template had left.
            draft.Yaml.Set("type", "javascript", properties);
            draft.Channel.Script(draft.ScriptPath("write.js")).Script(query?.Text ?? "", query ?? draft.Connector);
            draft.Yaml.Set("script", draft.ScriptPath("write.js"), query);
            properties.Skip("driver", "url", "username", "password");
            return;
        }

        draft.Yaml.Set("type", "database", properties);
        DatabaseAddress.Convert(draft);
        draft.Yaml.Set("statement", ConnectorDraft.Template(query?.Text ?? ""), query);
    }
}

/// <summary>A JDBC address as kind and connection.</summary>
internal static class DatabaseAddress
{
    /// <summary>Sets kind and connection; the password is kept as a secret.</summary>
    public static void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var url = properties.Find("url");
        var address = JdbcAddress.Read(url?.Text.Trim() ?? "");
        if (address is null && url?.Text.Contains('$', StringComparison.Ordinal) == true)
        {
            address = new JdbcAddress(KindOf(properties.Word("driver")), "Host=to-be-decided.invalid;Database=to-be-decided");
            draft.Decide(url, $"the database's address comes from a variable ({ConnectorDraft.Short(JdbcAddress.WithoutSecrets(url.Text))}): write connection in the words of .NET's driver");
            draft.Await("a database's address");
        }
        else if (address is null)
        {
            draft.Refuse(url, $"the database {ConnectorDraft.Short(JdbcAddress.WithoutSecrets(url?.Text ?? ""))}: PostgreSQL, MySQL, SQL Server and SQLite can be used");
            address = new JdbcAddress("postgresql", "Host=localhost");
        }

        draft.Yaml.Set("kind", address.Kind, properties.Find("driver"));
        var connection = draft.Fixed(address.Connection, url);
        draft.Yaml.Set("connection", connection, url);
        if (address.Kind != "sqlite")
        {
            Credentials(draft, address, url);
        }

        if (address.Untranslated.Count > 0)
        {
            draft.Decide(url, $"the options {string.Join(", ", address.Untranslated.Select(ConnectorDraft.Short))} of the database's address are not taken over: write in connection what they are for the .NET driver");
        }

        properties.Skip("password", "username", "driver");
    }

    // What the settings say counts before what the URL says, as it did.
    private static void Credentials(ConnectorDraft draft, JdbcAddress address, ExportElement? url)
    {
        var properties = draft.Properties;
        var user = properties.Word("username") is { Length: > 0 } word ? (Text: word, At: properties.Find("username")) : (Text: address.User ?? "", At: url);
        draft.Yaml.Set("user", user.Text.Length > 0 ? draft.Fixed(user.Text, user.At) : null, user.At);
        if (draft.Secret("password", "password") is { } password)
        {
            draft.Yaml.Set("password", password, properties.Find("password"));
        }
        else if (address.Password is { Length: > 0 } inside && url is not null)
        {
            draft.Yaml.Set("password", draft.Secret(inside, url, "password"), url);
        }
    }

    private static string KindOf(string driver) => driver switch
    {
        _ when driver.Contains("mysql", StringComparison.OrdinalIgnoreCase) || driver.Contains("mariadb", StringComparison.OrdinalIgnoreCase) => "mysql",
        _ when driver.Contains("sqlserver", StringComparison.OrdinalIgnoreCase) || driver.Contains("jtds", StringComparison.OrdinalIgnoreCase) => "sqlserver",
        _ when driver.Contains("sqlite", StringComparison.OrdinalIgnoreCase) => "sqlite",
        _ => "postgresql",
    };
}
