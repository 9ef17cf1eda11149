using System.Diagnostics;
using ChannelHost.Connectors.Database;
using ChannelHost.Testing.Databases;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>The connector against a PostgreSQL that dies, hangs and comes back.</summary>
public sealed class PostgreSqlConnectorTests : IAsyncLifetime
{
    private readonly Bench _bench = new();
    private PostgreSqlServer? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PostgreSqlServer Server => _server!;

    private DatabaseDestinationOptions Destination => new()
    {
        Kind = DatabaseWord.Postgresql,
        Connection = Server.WithoutPassword,
        Password = PostgreSqlServer.Password,
        Statement = Template.Parse("insert into visits (id, name) values (${id}, ${name})"),
        Timeout = TimeSpan.FromSeconds(2),
        ConnectTimeout = TimeSpan.FromSeconds(2),
    };

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        _server = await PostgreSqlServer.StartAsync(Token);
        await _server.RunAsync("create table visits (id int primary key, name text not null, taken boolean not null default false)", Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _bench.Dispose();
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task ServerKilledAndBack_MessagesGoOn()
    {
        await using var destination = new DatabaseDestination(Destination, _bench.Context);
        await destination.StartAsync(Token);
        var before = await destination.SendAsync(Message(1), Token);
        await Server.KillAsync();
        var cut = await destination.SendAsync(Message(2), Token);
        var away = await destination.SendAsync(Message(2), Token);

        await Server.RestartAsync(Token);
        var back = await destination.SendAsync(Message(2), Token);

        Assert.Equal([MessageStatus.Sent, MessageStatus.Queued, MessageStatus.Queued, MessageStatus.Sent], [before.Status, cut.Status, away.Status, back.Status]);
        Assert.False(away.IsUncertain);
        Assert.Equal(2L, await Server.AskAsync("select count(*) from visits", Token));
        Assert.DoesNotContain(PostgreSqlServer.Password, cut.Error + away.Error + _bench.Log.Everything, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task ConnectionEndedByTheServer_CostsNoMessage()
    {
        await using var destination = new DatabaseDestination(Destination, _bench.Context);
        await destination.StartAsync(Token);
        await destination.SendAsync(Message(1), Token);
        await Server.AskAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ChannelHost'", Token);

        // The first attempt may meet the broken connection; the queue's next one does not.
        var response = await destination.SendAsync(Message(2), Token);
        response = response.Status == MessageStatus.Sent ? response : await destination.SendAsync(Message(2), Token);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal(2L, await Server.AskAsync("select count(*) from visits", Token));
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task ServerFrozen_IsGivenUpInTimeAndWorksAfterwards()
    {
        await using var destination = new DatabaseDestination(Destination, _bench.Context);
        await destination.StartAsync(Token);
        await destination.SendAsync(Message(1), Token);
        await Server.FreezeAsync(Token);
        var watch = Stopwatch.StartNew();

        var frozen = await destination.SendAsync(Message(2), Token);
        var unreachable = await destination.SendAsync(Message(3), Token);
        var took = watch.Elapsed;
        await Server.ThawAsync(Token);
        var after = await destination.SendAsync(Message(4), Token);

        Assert.Equal((MessageStatus.Queued, true), (frozen.Status, frozen.IsUncertain));
        Assert.Equal((MessageStatus.Queued, false), (unreachable.Status, unreachable.IsUncertain));
        Assert.True(took < TimeSpan.FromSeconds(15), $"It took {took}.");
        Assert.Equal(MessageStatus.Sent, after.Status);
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task LockHeldByAnother_IsGivenUpInTime()
    {
        await using var destination = new DatabaseDestination(Destination with { Timeout = TimeSpan.FromMilliseconds(300) }, _bench.Context);
        await destination.StartAsync(Token);
        await using var other = new Npgsql.NpgsqlConnection(Server.ConnectionString);
        await other.OpenAsync(Token);
        await using var transaction = await other.BeginTransactionAsync(Token);
        await using var command = new Npgsql.NpgsqlCommand("lock table visits", other, transaction);
        await command.ExecuteNonQueryAsync(Token);

        var response = await destination.SendAsync(Message(1), Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("timeout", response.StatusMessage, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Row", "F59")]
    [InlineData("1", "x", MessageStatus.Error, "visits_pkey")]
    [InlineData("DOE^JANE", "x", MessageStatus.Error, "22P02")]
    [InlineData("99999999999", "x", MessageStatus.Error, "22003")]
    public async Task ValuesTheDatabaseTurnsDown_AreAnErrorThatQuotesNone(string id, string name, MessageStatus status, string told)
    {
        await Server.RunAsync("insert into visits values (1, 'first')", Token);
        await using var destination = new DatabaseDestination(Destination, _bench.Context);
        await destination.StartAsync(Token);

        var response = await destination.SendAsync(Bench.Outgoing([], variables: new Dictionary<string, string> { ["id"] = id, ["name"] = name }), Token);

        Assert.Equal(status, response.Status);
        Assert.Contains(told, response.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("JANE", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerKilledBetweenStoringAndMarking_RowIsTakenOnce()
    {
        await Server.RunAsync("insert into visits values (1, 'one'), (2, 'two')", Token);
        _bench.Receiver.Answer = async (_, id, _) =>
        {
            if (id == 1)
            {
                await Server.KillAsync();
            }

            return CollectingReceiver.Stored(id);
        };
        var source = new DatabaseSource(Source, Declared);
        await source.StartAsync(_bench.Receiver, Token);
        await _bench.Receiver.WaitForAsync(1, Token);
        await Bench.UntilAsync(() => _bench.Log.Count("It is tried again") > 0, "the trouble is told");

        await Server.RestartAsync(Token);
        await _bench.Receiver.WaitForAsync(1, Token);
        await UntilMarkedAsync();
        await source.StopAsync(Token);
        await source.DisposeAsync();

        Assert.Equal(["<result><id>1</id><name>one</name></result>", "<result><id>2</id><name>two</name></result>"], _bench.Receiver.Texts);
    }

    [Fact]
    public async Task Row_HasTheTextFormsOfJava()
    {
        await Server.RunAsync("insert into visits values (1, 'Ö <&>')", Token);
        var source = new DatabaseSource(
            Source with
            {
                Select = Template.Parse("select id, name, 12.50 as amount, 1.0::float8 as ratio, true as ok, date '2024-01-31' as born, timestamp '2024-01-31 10:00:00.5' as at, null::int as gone, 'x' as \"A b\" from visits where not taken"),
            },
            Declared);
        await source.StartAsync(_bench.Receiver, Token);
        await _bench.Receiver.WaitForAsync(1, Token);
        await UntilMarkedAsync();
        await source.StopAsync(Token);
        await source.DisposeAsync();

        Assert.Equal(
            "<result><id>1</id><name>Ö &lt;&amp;&gt;</name><amount>12.50</amount><ratio>1.0</ratio><ok>true</ok><born>2024-01-31</born><at>2024-01-31 10:00:00.5</at><a_b>x</a_b></result>",
            System.Text.Encoding.UTF8.GetString(_bench.Receiver.Messages[0].Content.Span));
    }

    [Fact(Explicit = true)]
    public async Task Figures_RowsWrittenAndReadPerSecond()
    {
        const int Rows = 20_000;
        await using var destination = new DatabaseDestination(Destination, _bench.Context);
        await destination.StartAsync(Token);
        var watch = Stopwatch.StartNew();
        for (var id = 1; id <= Rows; id++)
        {
            Assert.Equal(MessageStatus.Sent, (await destination.SendAsync(Message(id), Token)).Status);
        }

        var written = Rows / watch.Elapsed.TotalSeconds;
        var source = new DatabaseSource(Source, Declared);
        watch.Restart();
        await source.StartAsync(_bench.Receiver, Token);
        await _bench.Receiver.WaitForAsync(Rows, Token);
        await UntilMarkedAsync();
        var marked = Rows / watch.Elapsed.TotalSeconds;
        await source.StopAsync(Token);
        await source.DisposeAsync();
        await Server.RunAsync("update visits set taken = false", Token);

        var once = new DatabaseSource(Source with { UpdateMode = RowMarking.AfterAll, Update = Template.Parse("update visits set taken = true where not taken"), MaximumRows = 1_000_000 }, Declared);
        watch.Restart();
        await once.StartAsync(_bench.Receiver, Token);
        await _bench.Receiver.WaitForAsync(Rows, Token);
        var read = Rows / watch.Elapsed.TotalSeconds;
        await once.StopAsync(Token);
        await once.DisposeAsync();

        TestContext.Current.TestOutputHelper!.WriteLine($"written one by one: {written:N0} rows/s; taken and marked one by one: {marked:N0} rows/s; taken, marked once: {read:N0} rows/s");
    }

    private static DatabaseSourceOptions Source => new()
    {
        Database = "ehr",
        Select = Template.Parse("select id, name from visits where not taken order by id"),
        Update = Template.Parse("update visits set taken = true where id = ${id}"),
        Interval = TimeSpan.FromMilliseconds(20),
        RetryPause = TimeSpan.FromMilliseconds(100),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    private ConnectorContext Declared => _bench.Context with
    {
        ScriptEnvironment = _bench.Context.ScriptEnvironment with
        {
            Access = new ScriptAccess { Databases = [new DatabaseAccess("ehr", DatabaseKind.PostgreSql, Server.ConnectionString, null)] },
        },
    };

    private static OutgoingMessage Message(int id) =>
        Bench.Outgoing([], id, variables: new Dictionary<string, string> { ["id"] = $"{id}", ["name"] = $"name of {id}" });

    private async Task UntilMarkedAsync()
    {
        var deadline = Environment.TickCount64 + 20_000;
        while (await Server.AskAsync("select count(*) from visits where not taken", Token) is not 0L)
        {
            Assert.True(Environment.TickCount64 < deadline, "Within 20 s not all rows were marked.");
        }
    }
}
