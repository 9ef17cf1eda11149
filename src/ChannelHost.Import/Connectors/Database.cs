using ChannelHost.Import.Drafts;

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
            draft.Yaml.Set("script", "select.js", select);
        }
        else
        {
            draft.Yaml.Set("select", draft.Template(select?.Text ?? ""), select);
        }

        Update(draft, usesScript);
        if (properties.Flag("aggregateResults"))
        {
            draft.Yaml.Set("aggregate", true, properties.Find("aggregateResults"));
        }

        Polling.Convert(draft, "interval");
        properties.Skip("cacheResults", "keepConnectionOpen", "retryCount", "retryInterval", "fetchSize", "encoding");
    }

    private static void Update(ConnectorDraft draft, bool usesScript)
    {
        var properties = draft.Properties;
        var update = properties.Find("update");
        var mode = properties.Number("updateMode", 1);
        if (mode is not (2 or 3))
        {
            if (update is { Text.Length: > 0 })
            {
                draft.Note(update, "the update is not run, as there: it is left out");
            }

            return;
        }

        draft.Yaml.Set("updateWhen", mode == 2 ? "once" : "each-row", properties.Find("updateMode"));
        if (usesScript)
        {
            draft.Channel.Script("update.js").Script(update?.Text ?? "", update ?? draft.Connector);
            draft.Yaml.Set("updateScript", "update.js", update);
        }
        else
        {
            draft.Yaml.Set("update", draft.Template(update?.Text ?? ""), update);
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
        draft.Yaml.Set("sql", draft.Template(query?.Text ?? ""), query);
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
        if (address is null)
        {
            draft.Refuse(url, $"the database {ConnectorDraft.Short(JdbcAddress.WithoutSecrets(url?.Text ?? ""))}: PostgreSQL, MySQL, SQL Server and SQLite can be used");
            address = new JdbcAddress("postgresql", "Host=localhost");
        }

        draft.Yaml.Set("kind", address.Kind, properties.Find("driver"));
        var connection = draft.Fixed(address.Connection, url);
        if (properties.Word("username") is { Length: > 0 } user && address.Kind != "sqlite")
        {
            connection += $";Username={draft.Fixed(user, properties.Find("username"))}";
        }

        if (draft.Secret("password", "password") is { } password && address.Kind != "sqlite")
        {
            connection += $";Password={password}";
        }

        draft.Yaml.Set("connection", connection, url);
        properties.Skip("password", "username", "driver");
    }
}
