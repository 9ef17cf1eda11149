using ChannelHost.Server.Hosting;
using ChannelHost.Storage.Audit;
using ChannelHost.Storage.Versions;
using ChannelHost.Tests.ChannelFiles;
using ChannelHost.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Server.Hosting;

[Trait("Row", "S35")]
public sealed class VersionKeeperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Folders _channels = new();
    private readonly VersionArchive _archive;

    public VersionKeeperTests() => _archive = new VersionArchive(_folder["data"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _channels.Dispose();
    }

    [Fact]
    public async Task SameVersionTwice_IsOneRecord_AndANewOneIsAnother()
    {
        Directory.CreateDirectory(_folder["data"]);
        await using var keeper = Keeper();
        var first = _channels.ReadOne(Folders.Minimal);

        await keeper.RecordAsync(first, DeployRequest.OfFolder, Token);
        await keeper.RecordAsync(first, new DeployRequest("bert", "again", Force: true), Token);
        await keeper.RecordAsync(_channels.ReadOne(Folders.Minimal + "threads: 2\n"), new DeployRequest("anna", "more", Force: true), Token);
        await keeper.SettleAsync(Token);

        var versions = _archive.List(first.Name);
        Assert.Equal([("anna", "more", true, "test"), ($"{Environment.UserName} (folder)", "", false, "test")], versions.Select(version => (version.Who, version.Why, version.Forced, version.Environment!)));
        Assert.False(keeper.IsLastThatRan(first.Definition!));
        Assert.Equal(2, File.ReadLines(_folder["data", "audit.jsonl"]).Count());
    }

    [Fact]
    public async Task WhatCannotBeRecorded_IsTriedAgain()
    {
        // A file where the data folder should be: nothing can be written.
        File.WriteAllText(_folder["data"], "");
        await using var keeper = Keeper();
        var reading = _channels.ReadOne(Folders.Minimal);
        await keeper.RecordAsync(reading, DeployRequest.OfFolder, Token);
        await keeper.SettleAsync(Token);
        Assert.Empty(_archive.List(reading.Name));

        File.Delete(_folder["data"]);
        Directory.CreateDirectory(_folder["data"]);
        await keeper.RetryAsync(Token);
        await keeper.SettleAsync(Token);

        Assert.Equal(reading.Definition!.Version, Assert.Single(_archive.List(reading.Name)).Version);
    }

    [Fact]
    public async Task Disposal_WritesWhatWaits()
    {
        Directory.CreateDirectory(_folder["data"]);
        var reading = _channels.ReadOne(Folders.Minimal);
        await using (var keeper = Keeper())
        {
            await keeper.RecordAsync(reading, DeployRequest.OfFolder, Token);
        }

        Assert.Single(_archive.List(reading.Name));
    }

    private VersionKeeper Keeper() => new(_archive, new AuditFile(_folder["data"], TimeProvider.System), "test", TimeProvider.System, NullLogger<VersionKeeper>.Instance);
}
