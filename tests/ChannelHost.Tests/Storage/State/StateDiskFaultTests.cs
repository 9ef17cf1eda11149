using System.Globalization;
using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.State;

/// <summary>The disk fails under the state file and under the marks. What callers were told is stored comes back, and the messages are not concerned.</summary>
public sealed class StateDiskFaultTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private const int Writes = 12;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "F04")]
    [InlineData("fsync", "EIO", "state.db-log", "2")]
    [InlineData("fsync", "EIO", "state.db-log", "4..6")]
    [InlineData("fsync", "EIO", "state.db-log", "3+")]
    [InlineData("fsync", "EIO", "state.db", "1+")]
    public Task SyncOfTheStateFails_WhatWasAcknowledgedComesBack(string call, string error, string file, string when) => RunAsync(call, error, file, when);

    // LiteDB's own writing thread waited for itself for ever when it was told of such a failure.
    [Theory]
    [Trait("Row", "F05")]
    [InlineData("pwrite64", "ENOSPC", "state.db-log", "3")]
    [InlineData("pwrite64", "EIO", "state.db-log", "5..8")]
    [InlineData("pwrite64", "EIO", "state.db", "1..2")]
    public Task WriteOfTheStateFails_WhatWasAcknowledgedComesBack(string call, string error, string file, string when) => RunAsync(call, error, file, when);

    [Theory]
    [Trait("Row", "F04")]
    [InlineData("fsync", "messages.mark")]
    [InlineData("fsync", "state.mark")]
    [Trait("Row", "F05")]
    [InlineData("pwrite64", "messages.mark")]
    [InlineData("pwrite64", "state.mark")]
    public async Task MarkFileFails_CostsNothingButALaterCheck(string call, string file)
    {
        var lines = await RunAsync(call, "EIO", file, "1+");

        Assert.DoesNotContain(lines, line => line[0] == 'F');
        Assert.Empty(await new StoreVerifier(_folder["data"]).VerifyAsync(TestContext.Current.CancellationToken));
    }

    private async Task<List<string>> RunAsync(string call, string error, string file, string when)
    {
        await MakeAsync();
        var path = _folder["data", "channels", "clinic", "registration", file];
        using var child = ChildProcess.StartUnder(Tools.Failing(call, error, when, path), "state", _folder["data"], Writes.ToString(CultureInfo.InvariantCulture));
        await child.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        var lines = await child.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2 * Writes, lines.Count);
        Assert.All(lines.Where(line => line[0] == 'F'), line => Assert.Contains($"channel {Channel}", line, StringComparison.Ordinal));

        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        Assert.Equal(Writes, store.Counts().Single(count => count.Connector == "source").Count);
        Assert.All(Enumerable.Range(1, Writes), number => Assert.True(state.IsTaken($"file-{number}") && state.GlobalChannelMap.TryGet($"key-{number}", out _), $"change {number} is lost"));
        if (lines.LastOrDefault(line => line[0] == 'A') is { } last)
        {
            // What was refused may be there: its sender was told that nobody knows.
            Assert.NotNull(state.ReadDocument("cursor"));
            Assert.InRange(int.Parse(state.ReadDocument("cursor")!, CultureInfo.InvariantCulture), int.Parse(last.AsSpan(2), CultureInfo.InvariantCulture), Writes);
        }

        return lines;
    }

    // The files are there before, so that the calls that are counted are those of the writes.
    private async Task MakeAsync()
    {
        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true }).WriteDocument("first", "{}");
    }

    private ChannelStores Open() => new(_folder["data"], NullLoggerFactory.Instance, TimeProvider.System);
}
