using System.Globalization;
using System.Net;
using ChannelHost.Storage.PostgreSql;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.PostgreSql.Verification;
using ChannelHost.Testing.Databases;
using ChannelHost.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>A server that dies, hangs, throws us out and is cut off while messages come: nothing is lost, nothing is applied twice, and it goes on by itself.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class ServerFaultTests(PostgreSqlStoreFixture fixture) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _channel = $"clinic/faults-{Guid.NewGuid():n}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F74")]
    public async Task ServerKilledAndStartedAgain_LosesNothing()
    {
        await using var server = await StartAsync();
        await using var stores = Open(server.ConnectionString);
        var store = stores.OpenMessages(_channel, new StoreSettings());
        await using var load = new StoreLoad(store);
        for (var round = 0; round < 2; round++)
        {
            await load.MoreAsync(100);
            await server.RestartAsync(TestContext.Current.CancellationToken);
        }

        await load.MoreAsync(100);
        Assert.Null(store.Fault);
        await load.AssertAllIsThereAsync(() => store);
        await AssertSoundAsync(server.ConnectionString);
    }

    [Fact]
    [Trait("Row", "F74")]
    public async Task SessionsEndedByTheAdministrator_LoseNothing()
    {
        await using var stores = fixture.Open(_folder.Path);
        var store = stores.OpenMessages(_channel, new StoreSettings());
        await using var load = new StoreLoad(store);
        for (var round = 0; round < 8; round++)
        {
            await load.MoreAsync(20);
            await fixture.Server.RunAsync(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'channelhost%'", TestContext.Current.CancellationToken);
        }

        await load.MoreAsync(50);
        Assert.Equal(0, load.Refused);
        await load.AssertAllIsThereAsync(() => store);
    }

    [Fact]
    [Trait("Row", "F74")]
    public async Task AnswersToCommitsCutOff_AreFoundOutAndNothingIsAppliedTwice()
    {
        // Each connection carries some answers and breaks in the middle of one: the commit is applied, and nobody was told.
        var breaking = true;
        await using var proxy = new FaultyProxy(
            new IPEndPoint(IPAddress.Loopback, fixture.Server.Port),
            number => (Faults.None, Volatile.Read(ref breaking) && number > 1 ? new Faults { CutAfter = 1_200 + number * 137 % 700, Cut = number % 2 == 0 ? Cut.Rst : Cut.Fin } : Faults.None));
        var through = new NpgsqlConnectionStringBuilder(fixture.Server.ConnectionString) { Port = proxy.EndPoint.Port }.ConnectionString;
        await using var stores = fixture.Open(_folder.Path, through);
        var store = stores.OpenMessages(_channel, new StoreSettings());
        await using var load = new StoreLoad(store);
        await load.MoreAsync(50);
        proxy.CutAll(Cut.Rst);
        await UntilAsync(() => proxy.Cuts >= 8);
        Volatile.Write(ref breaking, false);
        await load.MoreAsync(50);

        await load.AssertAllIsThereAsync(() => store);
    }

    [Fact]
    [Trait("Row", "F74")]
    public async Task ServerFrozen_IsWaitedForAndGoesOn()
    {
        await using var server = await StartAsync();
        await using var stores = Open(server.ConnectionString, new PgTimes { Answer = TimeSpan.FromSeconds(1), Connect = TimeSpan.FromSeconds(1) });
        var store = stores.OpenMessages(_channel, new StoreSettings());
        await using var load = new StoreLoad(store);
        await load.MoreAsync(50);

        await server.FreezeAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => store.Fault is not null);
        Assert.Contains("does not answer", store.Fault, StringComparison.Ordinal);
        await server.ThawAsync(TestContext.Current.CancellationToken);

        await load.MoreAsync(100);
        Assert.Null(store.Fault);
        await load.AssertAllIsThereAsync(() => store);
        await AssertSoundAsync(server.ConnectionString);
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F74")]
    public async Task ServerFrozenForTenSeconds_LosesNothing()
    {
        await using var server = await StartAsync();
        await using var stores = Open(server.ConnectionString);
        var store = stores.OpenMessages(_channel, new StoreSettings());
        await using var load = new StoreLoad(store);
        await load.MoreAsync(50);

        await server.FreezeAsync(TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await server.ThawAsync(TestContext.Current.CancellationToken);

        await load.MoreAsync(200);
        Assert.Equal(0, load.Refused);
        await load.AssertAllIsThereAsync(() => store);
    }

    [Fact]
    [Trait("Row", "F74")]
    public async Task ServerGone_CallersAreToldAfterAWhileAndTheStoreComesBack()
    {
        await using var server = await StartAsync();
        await using var stores = Open(server.ConnectionString, new PgTimes { Patience = TimeSpan.FromSeconds(1), RetryAfter = TimeSpan.FromMilliseconds(100) });
        var store = stores.OpenMessages(_channel, new StoreSettings());
        var id = store.NextId();
        await store.AddAsync(Storage.Messages.Some.Message(id));

        await server.KillAsync();
        var inDoubt = store.AddAsync(Storage.Messages.Some.Message(store.NextId())).AsTask();
        await UntilAsync(() => store.Fault is not null);
        var refused = await Assert.ThrowsAsync<StoreException>(() => store.AddAsync(Storage.Messages.Some.Message(store.NextId())).AsTask());
        Assert.Throws<StoreException>(() => store.Read(id));
        await server.RestartAsync(TestContext.Current.CancellationToken);
        await inDoubt;

        Assert.Contains("cannot be reached", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgreSqlServer.Password, refused.ToString(), StringComparison.Ordinal);
        await UntilAsync(() => store.Fault is null);
        var next = store.NextId();
        await store.AddAsync(Storage.Messages.Some.Message(next));
        Assert.NotNull(store.Read(id));
        Assert.NotNull(store.Read(next));
    }

    [Fact]
    [Trait("Row", "F74")]
    public async Task OurProcessKilledWhileWriting_EverythingAcknowledgedIsThere()
    {
        var told = new Dictionary<long, bool>();
        for (var round = 0; round < 2; round++)
        {
            using var child = ChildProcess.Start("write-postgres", _folder.Path, fixture.Server.ConnectionString, _channel);
            var lines = new List<string>();
            while (lines.Count < 300 + round * 77)
            {
                lines.Add(await child.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(await child.Errors));
            }

            child.Kill();
            lines.AddRange(await child.ReadToEndAsync(TestContext.Current.CancellationToken));
            foreach (var line in lines.SkipLast(1))
            {
                var id = long.Parse(line.AsSpan(2), CultureInfo.InvariantCulture);
                Assert.True(line[0] == 'S' || !told.ContainsKey(id), $"id {id} was given twice");
                told[id] = line[0] == 'S';
            }
        }

        await using var stores = fixture.Open(_folder.Path);
        var store = stores.OpenMessages(_channel, new StoreSettings());
        var state = stores.OpenState(_channel, store, new StateSettings { KeepGlobalChannelMap = true });
        StoreLoad.AssertStored(store, told);
        Assert.All(told.Keys, id => Assert.True(state.IsTaken($"file-{id}"), $"the ledger forgot what message {id} took"));
        Assert.All(told.Keys.Take(50), id => Assert.Equal(700, store.ReadAttachment(id, $"a-{id}")?.Content.Length));
        Assert.True(store.NextId() > told.Keys.Max());
    }

    [Fact]
    public async Task ChannelOpenedByAnotherHost_CanNotBeWrittenByTheFirstAnyMore()
    {
        using var otherFolder = new TemporaryFolder();
        await using var stores = fixture.Open(_folder.Path);
        await using var others = fixture.Open(otherFolder.Path);
        var first = stores.OpenMessages(_channel, new StoreSettings());
        var before = first.NextId();
        await first.AddAsync(Storage.Messages.Some.Message(before, destinations: Storage.Messages.Some.Queued()));

        var second = others.OpenMessages(_channel, new StoreSettings());
        await second.UpdateAsync(Storage.Messages.Some.Sent(before));
        var added = await Assert.ThrowsAsync<StoreException>(() => first.AddAsync(Storage.Messages.Some.Message(first.NextId())).AsTask());
        var updated = await Assert.ThrowsAsync<StoreException>(() => first.UpdateAsync(Storage.Messages.Some.Sent(before) with { Status = MessageStatus.Error }).AsTask());

        Assert.Contains("another host has taken this channel over", added.Message, StringComparison.Ordinal);
        Assert.Contains("another host has taken this channel over", updated.Message, StringComparison.Ordinal);
        Assert.Contains("another host has taken this channel over", first.Fault, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, Assert.Single(second.Find(new MessageQuery())).Destinations[0].Status);
        var id = second.NextId();
        await second.AddAsync(Storage.Messages.Some.Message(id));
        Assert.True(id > before);
    }

    [Fact]
    [Trait("Row", "F74")]
    public void ServerThatMayLoseWhatItSaid_IsRefused()
    {
        // The server of the tests runs with fsync off.
        var refusal = Assert.Throws<StoreException>(() => new PostgreSqlStores(
            _folder.Path, new PostgreSqlSettings { ConnectionString = fixture.Server.ConnectionString }, NullLoggerFactory.Instance));

        Assert.Contains("fsync = off", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F74")]
    public async Task RoleWithAsynchronousCommit_CommitsSynchronouslyAllTheSame()
    {
        await using var stores = fixture.Open(_folder.Path, fixture.Server.ConnectionString + ";Options=-c synchronous_commit=off");
        var store = Assert.IsType<PgMessageStore>(stores.OpenMessages(_channel, new StoreSettings()));

        Assert.Equal(1, store.Run(connection => connection.Number("SELECT count(*) FROM pg_settings WHERE name = 'synchronous_commit' AND setting = 'on'")));
    }

    [Fact]
    public async Task SchemaOfANewerVersion_IsRefused()
    {
        await using var server = await StartAsync();
        await Open(server.ConnectionString).DisposeAsync();
        await server.RunAsync("INSERT INTO channelhost.versions(version) VALUES (1000)", TestContext.Current.CancellationToken);

        var refusal = Assert.Throws<StoreException>(() => Open(server.ConnectionString));

        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamagedRows_TurnToErrorAndVerifyNamesThem()
    {
        await using var server = await StartAsync();
        await using var stores = Open(server.ConnectionString);
        var store = Assert.IsType<PgMessageStore>(stores.OpenMessages(_channel, new StoreSettings()));
        for (var count = 0; count < 3; count++)
        {
            await store.AddAsync(Storage.Messages.Some.Message(store.NextId(), destinations: Storage.Messages.Some.Queued()));
        }

        await server.RunAsync($"UPDATE {store.Tables.Contents} SET data = 'x' WHERE key = 2 << 16", TestContext.Current.CancellationToken);
        await server.RunAsync("UPDATE channelhost.counts SET n = n + 1 WHERE connector = 0", TestContext.Current.CancellationToken);

        var problems = await new PostgreSqlVerifier(new PostgreSqlSettings { ConnectionString = server.ConnectionString }).VerifyAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, problem => problem.What == "message 2: the stored content is damaged: its checksum does not fit");
        Assert.Contains(problems, problem => problem.What.Contains("a recount gives 3", StringComparison.Ordinal));
        Assert.Equal([1, 3], store.ReadQueue("ehr", 0, 10).Select(work => work.MessageId));
        Assert.Equal(MessageStatus.Error, store.Find(new MessageQuery { DestinationStatus = MessageStatus.Error }).Single().Destinations[0].Status);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var deadline = Environment.TickCount64 + 60_000; !condition();)
        {
            Assert.True(Environment.TickCount64 < deadline);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task AssertSoundAsync(string connection) => Assert.Empty(
        await new PostgreSqlVerifier(new PostgreSqlSettings { ConnectionString = connection }).VerifyAsync(TestContext.Current.CancellationToken));

    private static Task<PostgreSqlServer> StartAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        return PostgreSqlServer.StartAsync(TestContext.Current.CancellationToken);
    }

    private PostgreSqlStores Open(string connection, PgTimes? times = null) => new(
        _folder.Path, new PostgreSqlSettings { ConnectionString = connection, AllowUnsafe = true, Times = times ?? new PgTimes() }, NullLoggerFactory.Instance);
}
