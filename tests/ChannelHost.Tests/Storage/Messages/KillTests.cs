using System.Globalization;
using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>A process is killed while it works on a store; what it was told must be true afterwards.</summary>
public sealed class KillTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F01")]
    public async Task KilledWhileWriting_EverythingAcknowledgedIsThere()
    {
        var added = new HashSet<long>();
        var sent = new HashSet<long>();
        for (var round = 0; round < 3; round++)
        {
            var lines = await RunAndKillAsync("write", 400 + round * 137);
            foreach (var id in Ids(lines, 'A'))
            {
                Assert.True(added.Add(id), $"id {id} was given twice");
            }

            sent.UnionWith(Ids(lines, 'S'));
            await AssertKeptAsync(added, sent);
        }
    }

    [Theory]
    [Trait("Row", "F04")]
    [InlineData("fsync", "EIO")]
    [InlineData("pwrite64", "ENOSPC")]
    public async Task StateFileCannotBeWritten_TheMessagesBringItUp(string call, string error)
    {
        await RunAndKillAsync("write", 100);
        var state = _folder["channels", "clinic", "registration", "state.db"];
        string[] failing = Tools.Failing(call, error, "2..6", state, state + "-log");

        var lines = await RunAndKillAsync("write", 600, failing);

        await AssertKeptAsync([.. Ids(lines, 'A')], [.. Ids(lines, 'S')]);
    }

    [Fact]
    [Trait("Row", "F23")]
    public async Task KilledWhilePruning_NothingThatMustStayIsGoneAndNothingHalfStays()
    {
        var mustStay = new HashSet<long>();
        for (var round = 0; round < 3; round++)
        {
            mustStay.UnionWith(Ids(await RunAndKillAsync("prune", 700 + round * 31), 'A'));

            Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
            await using var stores = Open();
            var store = stores.OpenMessages(Channel, new StoreSettings { Retention = TimeSpan.FromDays(1) });
            Assert.All(mustStay, id => Assert.NotNull(store.Read(id)?.Raw));
            await store.PruneAsync(DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(store.Counts(), count => count.Status == MessageStatus.Filtered);
        }
    }

    [Fact]
    [Trait("Row", "F19")]
    public async Task FolderHeldByAnotherProcess_IsRefusedUntilThatDies()
    {
        using var child = ChildProcess.Start("hold", _folder.Path);
        await child.WaitUntilReadyAsync(TestContext.Current.CancellationToken);

        var refusal = Assert.Throws<StoreException>(Open);
        Assert.Contains($"another host (pid {child.Id})", refusal.Message, StringComparison.Ordinal);
        var verifying = await Assert.ThrowsAsync<StoreException>(
            () => new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
        Assert.Contains("another host", verifying.Message, StringComparison.Ordinal);

        child.Kill();
        await child.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Open().DisposeAsync();
    }

    private async Task AssertKeptAsync(HashSet<long> added, HashSet<long> sent)
    {
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        foreach (var id in added)
        {
            var message = store.Read(id);
            Assert.True(message?.Raw is not null, $"message {id} was acknowledged and is gone");
            Assert.True(state.IsTaken($"file-{id}"), $"the ledger forgot what message {id} took");
            Assert.Equal(700, store.ReadAttachment(id, $"a-{id}")?.Content.Length);
            if (sent.Contains(id))
            {
                Assert.Equal(2, store.ListAttachments(id).Count);
                Assert.Equal(MessageStatus.Sent, message.Summary.Destinations[0].Status);
            }
        }

        Assert.True(store.NextId() > added.Max());
    }

    private async Task<List<string>> RunAndKillAsync(string command, int lines, params string[] program)
    {
        using var child = ChildProcess.StartUnder(program, command, _folder.Path);
        var said = new List<string>();
        while (said.Count < lines)
        {
            said.Add(await child.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(await child.Errors));
        }

        child.Kill();
        said.AddRange(await child.ReadToEndAsync(TestContext.Current.CancellationToken));
        await UntilFreeAsync();
        return said;
    }

    // A process that was killed under strace may give its files free a moment after its output ended, and nothing signals that.
    private async Task UntilFreeAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Open().DisposeAsync();
                return;
            }
            catch (StoreException) when (attempt < 500)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    // The last line may have been cut off by the kill; a cut id would be another id.
    private static IEnumerable<long> Ids(List<string> lines, char kind) => lines
        .SkipLast(1)
        .Where(line => line[0] == kind)
        .Select(line => long.Parse(line.AsSpan(2), CultureInfo.InvariantCulture));

    private ChannelStores Open() => new(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);
}
