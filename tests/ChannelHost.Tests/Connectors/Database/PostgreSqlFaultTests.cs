using System.Net;
using ChannelHost.Connectors.Database;
using ChannelHost.Testing.Databases;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Database.Servers;
using ChannelHost.Tests.Connectors.Support;
using Npgsql;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>What other sessions and the network do to a statement: whether it had its effect is told rightly, and the next attempt leaves one row a message.</summary>
public sealed class PostgreSqlFaultTests(PostgreSqlFixture fixture) : IClassFixture<PostgreSqlFixture>, IAsyncLifetime
{
    private readonly Bench _bench = new();
    private readonly string _table = $"visits_{Guid.NewGuid():n}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DatabaseDestinationOptions Destination => new()
    {
        Kind = DatabaseWord.Postgresql,
        Connection = fixture.Server.WithoutPassword,
        Password = PostgreSqlServer.Password,
        Statement = Template.Parse($"insert into {_table} (id, name) values (${{id}}, ${{name}}) on conflict (id) do nothing"),
        Timeout = TimeSpan.FromSeconds(60),
        ConnectTimeout = TimeSpan.FromSeconds(20),
    };

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        await fixture.Server.RunAsync($"create table {_table} (id int primary key, name text not null)", Token);
    }

    public ValueTask DisposeAsync()
    {
        _bench.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task Deadlock_IsTriedAgainAndTheOtherSessionGoesOn()
    {
        await fixture.Server.RunAsync($"insert into {_table} values (1, 'first'), (2, 'second')", Token);
        await using var destination = new DatabaseDestination(
            Destination with { Statement = Template.Parse($"with one as (update {_table} set name = ${{name}} where id = 1 returning id) update {_table} set name = ${{name}} where id = (select id + 1 from one)") }, _bench.Context);
        await destination.StartAsync(Token);
        await using var other = await fixture.Server.ConnectAsync(Token);

        // The other one looks for deadlocks much later, so that it is never its statement that is ended.
        await RunAsync(other, $"set deadlock_timeout = '10min'; begin; update {_table} set name = 'other' where id = 2");

        var sending = destination.SendAsync(Message(1), Token).AsTask();
        await UntilWaitingAsync();
        var crossing = RunAsync(other, $"update {_table} set name = 'other' where id = 1; commit");
        var ended = await sending;
        await crossing;
        var again = await destination.SendAsync(Message(1), Token);

        Assert.Equal((MessageStatus.Queued, false), (ended.Status, ended.IsUncertain));
        Assert.Contains("40P01", ended.Error, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, again.Status);
        Assert.Equal(2L, await fixture.Server.AskAsync($"select count(*) from {_table} where name = 'name 1'", Token));
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task SerializationFailure_IsTriedAgain()
    {
        await fixture.Server.RunAsync($"insert into {_table} values (1, 'first')", Token);
        await using var destination = new DatabaseDestination(
            Destination with
            {
                Connection = fixture.Server.WithoutPassword + @";Options=-c default_transaction_isolation=repeatable\ read",
                Statement = Template.Parse($"update {_table} set name = ${{name}} where id = 1"),
            },
            _bench.Context);
        await destination.StartAsync(Token);
        await using var other = await fixture.Server.ConnectAsync(Token);
        await RunAsync(other, $"begin; update {_table} set name = 'other' where id = 1");

        var sending = destination.SendAsync(Message(1), Token).AsTask();
        await UntilWaitingAsync();
        await RunAsync(other, "commit");
        var ended = await sending;
        var again = await destination.SendAsync(Message(1), Token);

        Assert.Equal((MessageStatus.Queued, false), (ended.Status, ended.IsUncertain));
        Assert.Contains("40001", ended.Error, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, again.Status);
        Assert.Equal("name 1", await fixture.Server.AskAsync($"select name from {_table}", Token));
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task ServerWithoutAFreeConnection_IsTriedAgainWhenThereIsOne()
    {
        var role = $"limited_{Guid.NewGuid():n}";
        await fixture.Server.RunAsync($"create role {role} login connection limit 1 password '{PostgreSqlServer.Password}'; grant all on {_table} to {role}", Token);
        var connection = new NpgsqlConnectionStringBuilder(fixture.Server.WithoutPassword) { Username = role }.ConnectionString;
        await using var destination = new DatabaseDestination(Destination with { Connection = connection }, _bench.Context);
        await using var other = new NpgsqlConnection($"{connection};Password={PostgreSqlServer.Password};Pooling=false");
        await other.OpenAsync(Token);
        await destination.StartAsync(Token);

        var full = await destination.SendAsync(Message(1), Token);
        await other.CloseAsync();
        await UntilAsync(async () => await fixture.Server.AskAsync($"select count(*) from pg_stat_activity where usename = '{role}'", Token) is 0L, "the other connection is gone");
        var again = await destination.SendAsync(Message(1), Token);

        Assert.Equal((MessageStatus.Queued, false), (full.Status, full.IsUncertain));
        Assert.Contains("53300", full.Error, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, again.Status);
        Assert.Equal(1L, await CountAsync());
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task PoolOfOneThatIsTaken_OthersAreTriedAgainAndNoneIsLost()
    {
        // Destinations with one connection string share a pool, and each keeps its connection.
        var options = Destination with { Connection = fixture.Server.WithoutPassword + ";Maximum Pool Size=1", ConnectTimeout = TimeSpan.FromSeconds(3) };
        await using var waiting = new DatabaseDestination(options, _bench.Context);
        await waiting.StartAsync(Token);
        Response through;
        Response without;
        await using (var first = new DatabaseDestination(options, _bench.Context))
        {
            await first.StartAsync(Token);
            through = await first.SendAsync(Message(1), Token);
            without = await waiting.SendAsync(Message(2), Token);
            await first.StopAsync(Token);
        }

        var again = await waiting.SendAsync(Message(2), Token);

        Assert.Equal((MessageStatus.Queued, false), (without.Status, without.IsUncertain));
        Assert.Equal([MessageStatus.Sent, MessageStatus.Sent], [through.Status, again.Status]);
        Assert.Equal(2L, await CountAsync());
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task AnswerToTheCommitIsCut_OutcomeIsUncertainAndTheRowStandsThereOnce()
    {
        var target = new IPEndPoint(IPAddress.Loopback, fixture.Server.Port);
        long first;
        await using (var measuring = new FaultyProxy(target))
        {
            await using var probe = new DatabaseDestination(Through(measuring), _bench.Context);
            await probe.StartAsync(Token);
            Assert.Equal(MessageStatus.Sent, (await probe.SendAsync(Message(1), Token)).Status);
            first = measuring.BytesBack;
        }

        // What the first message got passes; of the answer to the second nothing does.
        await using var proxy = new FaultyProxy(target, connection => (Faults.None, connection == 1 ? new Faults { CutAfter = first, Cut = Cut.Rst } : Faults.None));
        await using var destination = new DatabaseDestination(Through(proxy), _bench.Context);
        await destination.StartAsync(Token);
        Assert.Equal(MessageStatus.Sent, (await destination.SendAsync(Message(1), Token)).Status);

        var cut = await destination.SendAsync(Message(2), Token);
        var stored = await CountAsync();
        var again = await destination.SendAsync(Message(2), Token);

        Assert.Equal(1, proxy.Cuts);
        Assert.Equal((MessageStatus.Queued, true), (cut.Status, cut.IsUncertain));
        Assert.Equal(2L, stored);
        Assert.Equal(MessageStatus.Sent, again.Status);
        Assert.Equal(2L, await CountAsync());
    }

    private DatabaseDestinationOptions Through(FaultyProxy proxy) =>
        Destination with { Connection = new NpgsqlConnectionStringBuilder(fixture.Server.WithoutPassword) { Port = proxy.EndPoint.Port }.ConnectionString };

    private Task<object?> CountAsync() => fixture.Server.AskAsync($"select count(*) from {_table}", Token);

    // A statement of ours stands behind the other session's lock.
    private Task UntilWaitingAsync() => UntilAsync(
        async () => await fixture.Server.AskAsync($"select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%{_table}%'", Token) is > 0L, "the statement waits");

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = Environment.TickCount64 + 60_000;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"Within a minute it did not happen: {what}");
            await Task.Delay(20, Token);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static OutgoingMessage Message(int id) =>
        Bench.Outgoing([], variables: new Dictionary<string, string> { ["id"] = id.ToString(System.Globalization.CultureInfo.InvariantCulture), ["name"] = $"name {id}" });
}
