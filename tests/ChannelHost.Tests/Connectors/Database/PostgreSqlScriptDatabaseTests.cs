using ChannelHost.Tests.Connectors.Database.Servers;
using ChannelHost.Testing.Databases;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class PostgreSqlScriptDatabaseTests(PostgreSqlFixture fixture) : ScriptDatabaseContract, IClassFixture<PostgreSqlFixture>
{
    private PostgreSqlServer Server => fixture.Server;

    private protected override DatabaseAccess Declared => new("ehr", DatabaseKind.PostgreSql, Server.ConnectionString, null);

    private protected override string Jdbc => Server.Jdbc;

    private protected override string Endless => "select pg_sleep(600)";

    private protected override (string Binary, string Numbered) Types => ("bytea", "serial");

    [Fact]
    public void Types_ComeAsPlainValues()
    {
        var row = Open().Query(
            """
            select 1::smallint, 2::bigint, 1.5::real, 2.5::double precision, 12.50::numeric, true, date '2024-01-31', time '03:04:05',
                   '11112222-3333-4444-5555-666677778888'::uuid, '{"a": 1}'::jsonb, array[1, 2], array['a"', null], '10.0.0.1'::inet, null::int
            """, [], Limits).Rows[0];

        Assert.Equal(
            [1L, 2L, 1.5, 2.5, 12.50m, true, new DateTime(2024, 1, 31), new TimeSpan(3, 4, 5), new Guid("11112222-3333-4444-5555-666677778888"), "{\"a\": 1}", "{1,2}", "{\"a\\\"\",NULL}", "10.0.0.1", null],
            row);
    }

    [Fact]
    public void Text_FitsWhatThePlaceWants()
    {
        var database = WithTable("id int, born date, at timestamptz, data jsonb, ok boolean, amount numeric");

        database.Update("insert into visits values (?, ?, ?, ?, ?, ?)", ["5", "2024-01-31", "2024-01-31T10:00:00Z", "{\"a\": [1]}", "true", "1.50"], Limits);

        Assert.Equal(1L, database.Query("select count(*) from visits where id = ? and born = ? and data ?? ? and ok and amount = ?", ["5", "2024-01-31", "a", "1.5"], Limits).Rows[0][0]);
    }

    [Fact]
    public void WrongPassword_IsRefusedAndNotTold()
    {
        var refusal = Assert.Throws<ScriptDatabaseException>(() => Open(user: PostgreSqlServer.User, password: "wrong-0815"));

        Assert.DoesNotContain("wrong-0815", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(PostgreSqlServer.Password, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void UserOfTheScript_DoesNotGoWithTheDeclaredPassword()
    {
        Assert.Throws<ScriptDatabaseException>(() => Open(user: PostgreSqlServer.User));
        Assert.Throws<ScriptDatabaseException>(() => Open(Jdbc + "?user=" + PostgreSqlServer.User));
        Assert.NotNull(Open(user: PostgreSqlServer.User, password: PostgreSqlServer.Password));
    }

    [Fact]
    public void HugeValue_EndsInTheLimitsError()
    {
        // Scripts' databases work on the script's own thread.
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refusal = Assert.Throws<ScriptDatabaseException>(() => Open().Query("select repeat('x', 200000000)", [], Limits));

        Assert.Contains("more than", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Fact]
    public async Task ConnectionEndedByTheServer_IsAnError_AndTheNextOneWorks()
    {
        var database = Open();
        var query = Task.Run(() => database.Query(Endless, [], Limits), Token);
        var isEnded = false;
        while (!isEnded)
        {
            isEnded = await Server.AskAsync("select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active'", Token) is true;
        }

        await Assert.ThrowsAsync<ScriptDatabaseException>(() => query);
        Assert.Single(Open().Query("select 1", [], Limits).Rows);
    }

    [Fact]
    public async Task ServerKilledMidQuery_IsAnErrorAtOnce()
    {
        await using var server = await PostgreSqlServer.StartAsync(Token);
        using var database = Databases.Open(
            new ScriptAccess { Databases = [new DatabaseAccess("own", DatabaseKind.PostgreSql, server.ConnectionString, null)] }, "own", null, null, TimeSpan.FromSeconds(5), Token);
        var query = Task.Run(() => database.Query(Endless, [], Limits), Token);
        while (await server.AskAsync("select count(*) from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active'", Token) is not 1L)
        {
            Token.ThrowIfCancellationRequested();
        }

        await server.KillAsync();

        await Assert.ThrowsAsync<ScriptDatabaseException>(() => query.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public void NobodyListens_IsAnErrorThatSaysSo()
    {
        var away = new ScriptAccess { Databases = [new DatabaseAccess("away", DatabaseKind.PostgreSql, "Host=127.0.0.1;Port=1;Username=a;Password=hidden-9", null)] };

        var refusal = Assert.Throws<ScriptDatabaseException>(() => Databases.Open(away, "away", null, null, TimeSpan.FromSeconds(5), Token));

        Assert.Contains("Cannot connect to the database away", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-9", refusal.ToString(), StringComparison.Ordinal);
    }
}
