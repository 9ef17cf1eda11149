using ChannelHost.Connectors.Database;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class DatabaseConnectorTests
{
    private static readonly DatabaseSourceOptions Source = new() { Database = "ehr", Select = Template.Parse("select 1") };
    private static readonly DatabaseDestinationOptions Destination = new() { Kind = DatabaseWord.Sqlite, Connection = "Data Source=/tmp/x.db", Statement = Template.Parse("delete from t") };

    public static TheoryData<object, string?> Settings => new()
    {
        { Source, null },
        { Destination, null },
        { Source with { Database = null }, "database" },
        { Source with { Kind = DatabaseWord.Mysql }, "database" },
        { Destination with { Connection = null }, "database" },
        { Destination with { Connection = "Data Source=x.db" }, "connection" },
        { Destination with { Connection = "Nonsense" }, "connection" },
        { Destination with { Kind = DatabaseWord.Postgresql, Connection = "Host=db;Password=secret" }, "connection" },
        { Source with { Select = null }, "select" },
        { Source with { SelectScript = new ScriptFile("a.js", "") }, "select" },
        { Source with { Select = Template.Parse("select '${a}'") }, "select" },
        { Source with { Update = Template.Parse("update t set a = \"${a}\"") }, "update" },
        { Source with { Update = Template.Parse("update t set a = 1"), UpdateScript = new ScriptFile("a.js", "") }, "update" },
        { Source with { UpdateMode = RowMarking.AfterEach }, "updateMode" },
        { Source with { Aggregate = true, UpdateMode = RowMarking.AfterEach, Update = Template.Parse("update t set a = 1") }, "updateMode" },
        { Destination with { Statement = null }, "statement" },
        { Destination with { Script = new ScriptFile("a.js", "") }, "statement" },
        { new DatabaseDestinationOptions { Script = new ScriptFile("a.js", "") }, null },
    };

    [Theory]
    [MemberData(nameof(Settings), DisableDiscoveryEnumeration = true)]
    public void Settings_AreFoundWrongBeforeTheChannelRuns(object options, string? option)
    {
        var problems = new DatabaseConnector().Validate(options).ToList();

        Assert.Equal(option, problems.FirstOrDefault()?.Option);
        Assert.DoesNotContain(problems, problem => problem.Found.Contains("secret", StringComparison.Ordinal) || problem.Wanted.Contains("Password=secret", StringComparison.Ordinal));
    }
}
