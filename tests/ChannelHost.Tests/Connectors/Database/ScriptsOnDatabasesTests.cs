using System.Diagnostics;
using ChannelHost.Connectors.Database;
using ChannelHost.Scripting;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>The real script engine on a real database, as channels that come from elsewhere use them.</summary>
public sealed class ScriptsOnDatabasesTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly SqliteFile _file;

    public ScriptsOnDatabasesTests()
    {
        _file = new SqliteFile(_bench.PathOf("clinic.db"));
        _file.Run("create table visits (id integer primary key, mrn text, taken int not null default 0); insert into visits (mrn) values ('M1'), ('O''Hara'); pragma journal_mode = wal");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Jdbc => $"jdbc:sqlite:{_bench.PathOf("clinic.db")}";

    private ConnectorContext Context => _bench.Context with
    {
        Scripts = new ScriptCompiler(),
        ScriptEnvironment = _bench.Context.ScriptEnvironment with
        {
            Databases = new ScriptDatabases(),
            Access = new ScriptAccess { Databases = [new DatabaseAccess("clinic", DatabaseKind.Sqlite, _file.Connection, null)] },
        },
    };

    [Fact]
    public async Task Writer_ReadsAndWritesByJdbcAddress()
    {
        var response = await SendAsync(
            $$"""
            var db = DatabaseConnectionFactory.createDatabaseConnection('org.sqlite.JDBC', '{{Jdbc}}', '', '');
            try {
              var rows = db.executeCachedQuery('select id, mrn as NUMBER from visits where id > ? order by id', [0]);
              var found = [];
              while (rows.next()) found.push(rows.getInt(1) + ':' + rows.getString('number'));
              db.executeUpdate('insert into visits (mrn, taken) values (?, ?)', ["x'); drop table visits; --", 1]);
              return found.join();
            } finally { db.close(); }
            """);

        Assert.Equal("1:M1,2:O'Hara", System.Text.Encoding.UTF8.GetString(response.Content.Span));
        Assert.Equal("x'); drop table visits; --", _file.Run("select mrn from visits where taken = 1"));
    }

    [Fact]
    public async Task Writer_OpensNothingThatIsNotDeclared()
    {
        var response = await SendAsync("DatabaseConnectionFactory.createDatabaseConnection('org.sqlite.JDBC', 'jdbc:sqlite:/etc/other.db'); return 'opened'");

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains("not declared", response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndlessQuery_EndsWithTheRunsTime()
    {
        var watch = Stopwatch.StartNew();

        var response = await SendAsync(
            "DatabaseConnectionFactory.createDatabaseConnection('', 'clinic').executeCachedQuery('with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n')",
            new ScriptLimits { Time = TimeSpan.FromSeconds(1) });

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task ForgottenConnection_IsClosedWithTheRunAndTakesBackWhatIsOpen()
    {
        await SendAsync("var db = DatabaseConnectionFactory.createDatabaseConnection('', 'clinic'); db.setAutoCommit(false); db.executeUpdate('delete from visits')");

        Assert.Equal(2L, _file.Run("select count(*) from visits"));
        Assert.DoesNotContain(_bench.PathOf("clinic.db"), Descriptors.Targets());
    }

    [Theory]
    [InlineData("return db.executeCachedQuery('select id, mrn from visits where taken = 0 order by id')")]
    [InlineData("var rows = db.executeCachedQuery('select id, mrn from visits where taken = 0 order by id'), list = []; while (rows.next()) list.push({ id: rows.getInt('id'), mrn: rows.getString('mrn') }); return list")]
    public async Task Source_TakesRowsOfAScriptAndMarksThemByAnother(string select)
    {
        const string Open = "var db = DatabaseConnectionFactory.createDatabaseConnection('', 'clinic'); ";
        var source = new DatabaseSource(
            new DatabaseSourceOptions
            {
                Database = "clinic",
                SelectScript = new ScriptFile("clinic/test/select.js", Open + select),
                UpdateScript = new ScriptFile("clinic/test/update.js", Open + "db.executeUpdate('update visits set taken = 1 where id = ?', [resultMap.get('id')]); db.close()"),
                Interval = TimeSpan.FromMilliseconds(50),
            },
            Context);
        await source.StartAsync(_bench.Receiver, Token);
        await _bench.Receiver.WaitForAsync(2, Token);
        await Bench.UntilAsync(() => _file.Run("select sum(taken) from visits") is 2L, "both rows are marked");
        await source.StopAsync(Token);
        await source.DisposeAsync();

        Assert.Equal(["<result><id>1</id><mrn>M1</mrn></result>", "<result><id>2</id><mrn>O'Hara</mrn></result>"], _bench.Receiver.Texts);
    }

    public void Dispose() => _bench.Dispose();

    private async Task<Response> SendAsync(string script, ScriptLimits? limits = null)
    {
        var context = Context with { ScriptEnvironment = Context.ScriptEnvironment with { Limits = limits ?? new ScriptLimits() } };
        await using var destination = new DatabaseConnector().CreateDestination(new DatabaseDestinationOptions { Script = new ScriptFile("clinic/test/write.js", script) }, context);
        await destination.StartAsync(Token);
        return await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);
    }
}
