using ChannelHost.Connectors.Database.Drivers;
using ChannelHost.Connectors.JavaScript;
using ChannelHost.Connectors.Polling;

namespace ChannelHost.Connectors.Database;

/// <summary>Rows of a database as messages, and messages into a database.</summary>
internal sealed class DatabaseConnector : IConnector
{
    public string Type => "database";

    public string Summary => "Reads rows from a database now and then; runs a statement or a script for each message";

    public string DefaultDataType => "xml";

    public CaseStandIn StandIn => CaseStandIn.Silent;

    public Type SourceOptions => typeof(DatabaseSourceOptions);

    public Type DestinationOptions => typeof(DatabaseDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) => options switch
    {
        DatabaseSourceOptions source => SourceProblems(source),
        DatabaseDestinationOptions destination => DestinationProblems(destination),
        _ => [],
    };

    public ISource CreateSource(object options, ConnectorContext context) => new DatabaseSource((DatabaseSourceOptions)options, context);

    public IDestination CreateDestination(object options, ConnectorContext context)
    {
        var settings = (DatabaseDestinationOptions)options;
        return settings.Script is { } script
            ? new JavaScriptDestination(new JavaScriptDestinationOptions { Script = script }, context)
            : new DatabaseDestination(settings, context);
    }

    /// <summary>The database of the settings.</summary>
    /// <exception cref="ConnectorException">The channel does not declare it, or nothing names it.</exception>
    public static DatabaseTarget Target(DatabaseConnectionOptions options, ConnectorContext context)
    {
        if (options is { Kind: { } kind, Connection: { } connection })
        {
            var own = new DatabaseAccess(context.Name, KindOf(kind), connection, null);
            return DeclaredDatabases.Target(own, options.User, options.Password, options.ConnectTimeout) with { Where = $"the database of {context.Name}" };
        }

        var name = options.Database ?? throw new ConnectorException("Nothing names the database (settings: database, or kind and connection).");
        var access = context.ScriptEnvironment.Access;
        return access.Databases.FirstOrDefault(candidate => candidate.Name == name) is { } declared
            ? DeclaredDatabases.Target(declared, options.User, options.Password, options.ConnectTimeout)
            : throw new ConnectorException($"The database {name} is not declared: add it under access: {{ databases: [ {{ name: {name}, kind, connection }} ] }} in channel.yaml.");
    }

    /// <summary>Reads a setting with SQL in it.</summary>
    /// <exception cref="ConnectorException">A value would stand in quotes.</exception>
    public static SqlTemplate Read(Template template, string option, DatabaseTarget target)
    {
        try
        {
            return SqlTemplate.Read(template, target.Driver.Dialect);
        }
        catch (FormatException e)
        {
            throw new ConnectorException($"The setting {option} cannot be used: {e.Message}.", e);
        }
    }

    private static DatabaseKind KindOf(DatabaseWord word) => word switch
    {
        DatabaseWord.Sqlite => DatabaseKind.Sqlite,
        DatabaseWord.Postgresql => DatabaseKind.PostgreSql,
        DatabaseWord.Sqlserver => DatabaseKind.SqlServer,
        _ => DatabaseKind.MySql,
    };

    private static IEnumerable<OptionProblem> SourceProblems(DatabaseSourceOptions options)
    {
        foreach (var problem in ConnectionProblems(options).Concat(ScheduleCheck.Problems(options.Interval, options.Schedule, TimeProvider.System)))
        {
            yield return problem;
        }

        if (options.Select is null == options.SelectScript is null)
        {
            yield return new OptionProblem("select", options.Select is null ? "nothing" : "select beside selectScript", "one of select and selectScript");
        }

        if (options is { Update: not null, UpdateScript: not null })
        {
            yield return new OptionProblem("update", "update beside updateScript", "one of update and updateScript");
        }

        if (options is { Update: null, UpdateScript: null, UpdateMode: RowMarking.AfterAll or RowMarking.AfterEach })
        {
            yield return new OptionProblem("updateMode", "a time for an update, and no update", "update or updateScript, or `updateMode: never`");
        }

        if (options is { Aggregate: true, Mode: RowMarking.AfterEach, UpdateMode: not null })
        {
            yield return new OptionProblem("updateMode", "after-each beside aggregate", "after-all or never: the rows are one message");
        }

        foreach (var problem in TemplateProblems(options, ("select", options.Select), ("update", options.Update)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> DestinationProblems(DatabaseDestinationOptions options)
    {
        // A script opens what it needs by itself.
        if (options.Script is null)
        {
            foreach (var problem in ConnectionProblems(options))
            {
                yield return problem;
            }
        }

        if (options.Statement is null == options.Script is null)
        {
            yield return new OptionProblem("statement", options.Statement is null ? "nothing" : "statement beside script", "one of statement and script");
        }

        foreach (var problem in TemplateProblems(options, ("statement", options.Statement)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> ConnectionProblems(DatabaseConnectionOptions options)
    {
        if (options.Database is not null == (options.Kind is not null || options.Connection is not null) || options.Kind is null != options.Connection is null)
        {
            yield return new OptionProblem("database", options.Database is null ? "nothing, or half of kind and connection" : "database beside kind or connection", "`database: NAME`, or kind and connection");
            yield break;
        }

        if (options is { Kind: { } kind, Connection: { } connection } && Trouble(DatabaseDrivers.Of(KindOf(kind)), connection) is { } wanted)
        {
            yield return new OptionProblem("connection", "a text that is not shown", wanted);
        }
    }

    private static string? Trouble(IDatabaseDriver driver, string connection)
    {
        try
        {
            driver.PlaceOf(connection);
            return driver.HasPassword(connection) ? "no password: it stands in `password: ${secret:NAME}`" : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return $"a connection string of .NET's driver for {driver.Name} (a file's path is absolute)";
        }
    }

    private static IEnumerable<OptionProblem> TemplateProblems(DatabaseConnectionOptions options, params (string Option, Template? Template)[] templates)
    {
        var dialect = options.Kind is { } kind ? DatabaseDrivers.Of(KindOf(kind)).Dialect : SqlDialect.Standard;
        foreach (var (option, template) in templates)
        {
            if (template is not null && Trouble(template, dialect) is { } trouble)
            {
                yield return new OptionProblem(option, "a statement", trouble);
            }
        }
    }

    private static string? Trouble(Template template, SqlDialect dialect)
    {
        try
        {
            SqlTemplate.Read(template, dialect);
            return null;
        }
        catch (FormatException e)
        {
            return $"no quotes around a value: {e.Message}";
        }
    }
}
