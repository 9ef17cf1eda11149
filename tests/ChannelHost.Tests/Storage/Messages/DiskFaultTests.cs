using System.Diagnostics;
using System.Globalization;
using ChannelHost.Storage;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Messages.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>The disk fails under the store. Nobody may be told that something is stored which is not, and work must go on when the disk does.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private const int Messages = 10;
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder["data", "channels", "clinic", "registration", "messages.db"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "F04")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4..5")]
    [InlineData("7")]
    [InlineData("8..10")]
    public async Task SyncFails_CallersAreToldAndTheStoreRecovers(string when)
    {
        await MakeStoreAsync();

        // strace counts the calls of each thread by itself, and callers commit on their own threads, too: enough for the writer's to come to the tenth.
        var lines = await AddUnderAsync(Tools.Failing("fsync,fdatasync", "EIO", when, Database + "-wal"), 3 * Messages);

        Assert.Contains(lines, line => line[0] == 'F');
        Assert.Equal("end works", lines[^1]);
        await AssertTruthAsync(lines);
    }

    [Fact]
    [Trait("Row", "F04")]
    public async Task SyncFailsForEver_NothingIsAcknowledgedAndTheErrorSaysWhere()
    {
        await MakeStoreAsync();

        var lines = await AddUnderAsync(Tools.Failing("fsync,fdatasync", "EIO", "3+", Database + "-wal"));

        var failed = Assert.IsType<string>(lines.First(line => line[0] == 'F'));
        Assert.Contains($"channel {Channel}", failed, StringComparison.Ordinal);
        Assert.Contains(Database, failed, StringComparison.Ordinal);
        Assert.StartsWith("end channel", lines[^1], StringComparison.Ordinal);
        await AssertTruthAsync(lines);
    }

    [Theory]
    [Trait("Row", "F04")]
    [InlineData("fsync")]
    [InlineData("sync_file_range")]
    public async Task CopyOfTheLogFails_CallersAreToldAndTheStoreRecovers(string call)
    {
        await MakeStoreAsync();

        // Only copies sync the database and hand parts of it to the disk, each beside the traffic on a thread of its own, whose calls strace counts from one: the first comes after 2,000 pages.
        var lines = await AddUnderAsync(Tools.Failing(call, "EIO", "1", Database), 1_000);

        Assert.Contains(lines, line => line[0] == 'F');
        Assert.Equal("end works", lines[^1]);
        await AssertTruthAsync(lines);
    }

    [Fact]
    public async Task DiskSlowerThanItsWriters_LogStaysSmall()
    {
        await MakeStoreAsync();
        var told = _folder["strace"];

        // Eight pages of the log, one in the database: the first copy takes a second, and all messages would come in, 80 MB, within that.
        var adding = AddUnderAsync(Tools.Told(Tools.Slowing("pwrite64", TimeSpan.FromMilliseconds(10), Database), told), 2_500);
        var log = new FileInfo(Database + "-wal");
        long most = 0;
        while (!adding.IsCompleted)
        {
            log.Refresh();
            most = Math.Max(most, log.Exists ? log.Length : 0);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal("end works", (await adding)[^1]);
        Assert.Contains(File.ReadLines(told), line => line.Contains("(DELAYED)", StringComparison.Ordinal));
        Assert.InRange(most, 8 << 20, 36 << 20);
    }

    [Fact]
    public async Task ReaderLetsGoOfALongLog_NobodyWaitsForItsCopy()
    {
        await MakeStoreAsync();
        var told = _folder["strace"];
        using var reader = SqliteDatabase.Open(Database, readOnly: true);
        reader.Execute("BEGIN");
        Assert.Equal(0, reader.Number("SELECT COUNT(*) FROM messages"));

        using var child = ChildProcess.StartUnder(Tools.Told(Tools.Slowing("pwrite64", TimeSpan.FromMilliseconds(10), Database), told), "add", _folder["data"], "4000");
        await child.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        var adding = TimeLinesAsync(child);
        await UntilAsync(() => new FileInfo(Database + "-wal") is { Exists: true, Length: > 80 << 20 });
        reader.Execute("COMMIT");

        // The copy begins at most a thousand pages later, and writes some 600 of the database: six seconds.
        var released = Stopwatch.GetTimestamp();
        var after = (await adding).Where(at => at > released).Take(1_000).ToList();
        Assert.InRange(after.Count, 500, 1_000);
        Assert.Contains(File.ReadLines(told), line => line.Contains("(DELAYED)", StringComparison.Ordinal));
        Assert.InRange(after.Zip(after.Skip(1), Stopwatch.GetElapsedTime).Max(), TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Theory]
    [Trait("Row", "F05")]
    [InlineData("ENOSPC", 1)]
    [InlineData("ENOSPC", 9)]
    [InlineData("ENOSPC", 40)]
    [InlineData("ENOSPC", 75)]
    [InlineData("EIO", 5)]
    [InlineData("EIO", 30)]
    [InlineData("EIO", 60)]
    [InlineData("EIO", 90)]
    public async Task WriteFails_EachMessageIsThereWholeOrNotAtAll(string error, int at)
    {
        await MakeStoreAsync();

        var lines = await AddUnderAsync(Tools.Failing("pwrite64", error, at.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal("end works", lines[^1]);
        await AssertTruthAsync(lines);
    }

    // So many messages that there is a last call to fail. The whole sweeps take minutes: dotnet run --project tests/ChannelHost.Tests -- -explicit only -method "*EveryNth*"
    [Theory(Explicit = true)]
    [Trait("Row", "F04")]
    [InlineData("EIO", 50)]
    public Task EveryNthSyncFails_WhateverN(string error, int most) => SweepAsync("fsync,fdatasync", error, most, 150);

    [Theory(Explicit = true)]
    [Trait("Row", "F05")]
    [InlineData("ENOSPC", 200)]
    [InlineData("EIO", 200)]
    public Task EveryNthWriteFails_WhateverN(string error, int most) => SweepAsync("pwrite64", error, most, 60);

    [Fact]
    [Trait("Row", "F05")]
    public async Task FileMayNotGrow_CallersAreToldAndTheStoreStaysWhole()
    {
        Assert.SkipUnless(Tools.Has("prlimit"), "needs prlimit to limit the size of files");
        await MakeStoreAsync();

        var lines = await AddUnderAsync(["env", "DOTNET_EnableWriteXorExecute=0", "prlimit", "--fsize=400000"], 150);

        Assert.Contains(lines, line => line[0] == 'A');
        Assert.Contains(lines, line => line[0] == 'F');
        await AssertTruthAsync(lines);
    }

    [Fact]
    [Trait("Row", "F06")]
    public async Task DiskFull_CallersAreToldAndWorkResumesByItselfWhenThereIsRoom()
    {
        var data = _folder["data"];
        Directory.CreateDirectory(data);
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", data), "needs the right to mount a small disk");
        try
        {
            await using var stores = Open();
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await store.AddAsync(Some.Message(store.NextId()));
            await FillAsync(data);

            var stored = 1;
            var refusal = await Assert.ThrowsAsync<StoreException>(async () =>
            {
                while (true)
                {
                    await store.AddAsync(Some.Message(store.NextId(), content: new string('x', 50_000)));
                    stored++;
                }
            });

            Assert.Contains("the disk is full", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(refusal.Message, store.Fault);
            Assert.Equal(stored, store.Find(new MessageQuery { Count = 2_000 }).Count);

            File.Delete(Path.Combine(data, "filler"));
            await store.AddAsync(Some.Message(store.NextId(), content: new string('x', 50_000)));
            Assert.Null(store.Fault);
            Assert.Equal(stored + 1, store.Counts().Single(count => count.Connector == "source").Count);
        }
        finally
        {
            Assert.True(await RunAsync("umount", data));
        }
    }

    [Fact]
    [Trait("Row", "F21")]
    public async Task LockedByAnotherProgram_WorkWaitsAndGoesOnByItself()
    {
        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        await store.AddAsync(Some.Message(store.NextId()));
        using var child = await LockAsync();

        var adding = store.AddAsync(Some.Message(store.NextId())).AsTask();
        await UntilAsync(() => store.Fault is not null);
        Assert.False(adding.IsCompleted);
        Assert.Contains("another program holds the file locked", store.Fault, StringComparison.Ordinal);
        Assert.Single(store.Find(new MessageQuery()));

        child.EndInput();
        await adding;
        Assert.Null(store.Fault);
        Assert.Equal(2, store.Find(new MessageQuery()).Count);
    }

    [Fact]
    [Trait("Row", "F21")]
    public async Task LockedForTooLong_CallersAreToldAndTheStoreStaysUsable()
    {
        await using var stores = Open(new WriterTimes { BusyPatience = TimeSpan.FromSeconds(2), RetryAfter = TimeSpan.FromMilliseconds(100) });
        var store = stores.OpenMessages(Channel, new StoreSettings());
        await store.AddAsync(Some.Message(store.NextId()));
        using var child = await LockAsync();

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await store.AddAsync(Some.Message(store.NextId())));
        Assert.Contains("another program holds the file locked", refusal.Message, StringComparison.Ordinal);

        child.EndInput();
        await child.ReadToEndAsync(TestContext.Current.CancellationToken);
        await store.AddAsync(Some.Message(store.NextId()));
        Assert.Equal(2, store.Find(new MessageQuery()).Count);
    }

    [Fact]
    public async Task FlushOfDotNet_HidesAFailedSyncAndOursReportsIt()
    {
        var path = _folder["file"];

        using var theirs = ChildProcess.StartUnder(Tools.Failing("fsync", "EIO", "1+"), "flush", path);
        using var ours = ChildProcess.StartUnder(Tools.Failing("fsync", "EIO", "1+"), "durable", path);

        // When this one fails, .NET has been mended: FileStream.Flush(true) can be trusted then, and this check can go.
        Assert.Equal(["flushed"], await theirs.ReadToEndAsync(TestContext.Current.CancellationToken));
        var said = Assert.Single(await ours.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Contains("cannot sync", said, StringComparison.Ordinal);
        Assert.Contains("errno 5", said, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    // The injection counts calls; making the store before keeps its making out of the count.
    private async Task MakeStoreAsync()
    {
        await using var stores = Open();
        await stores.OpenMessages(Channel, new StoreSettings()).DisposeAsync();
    }

    private async Task SweepAsync(string call, string error, int most, int messages)
    {
        var (happened, refused) = (0, 0);
        var told = _folder["strace"];
        for (var at = 1; at <= most; at++)
        {
            await MakeStoreAsync();
            var lines = await AddUnderAsync(Tools.Told(Tools.Failing(call, error, at.ToString(CultureInfo.InvariantCulture)), told), messages);
            Assert.Equal((at, "end works"), (at, lines[^1]));
            await AssertTruthAsync(lines);
            happened += File.ReadLines(told).Any(line => line.Contains("(INJECTED)", StringComparison.Ordinal)) ? 1 : 0;
            refused += lines.Any(line => line[0] == 'F') ? 1 : 0;
            Directory.Delete(_folder["data"], recursive: true);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{call} {error}: N = 1..{most}, all whole; {happened} times it happened, {refused} times somebody was told");
        Assert.Equal(most, happened);
    }

    private async Task<List<string>> AddUnderAsync(string[] program, int messages = Messages)
    {
        using var child = ChildProcess.StartUnder(program, "add", _folder["data"], messages.ToString(CultureInfo.InvariantCulture));
        await child.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        var lines = await child.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(lines.Count > messages, $"the child ended early: {await child.Errors}");
        return lines;
    }

    private static async Task<List<long>> TimeLinesAsync(ChildProcess child)
    {
        var times = new List<long>();
        while (await child.ReadLineAsync(TestContext.Current.CancellationToken) is not null)
        {
            times.Add(Stopwatch.GetTimestamp());
        }

        return times;
    }

    // What was acknowledged is there, what was refused is not, and the file is sound.
    private async Task AssertTruthAsync(List<string> lines)
    {
        Assert.Empty(await new StoreVerifier(_folder["data"]).VerifyAsync(TestContext.Current.CancellationToken));
        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var kept = store.Find(new MessageQuery { Count = 2_000 }).Select(message => message.Id).Order();
        Assert.Equal(
            lines.Where(line => line[0] == 'A').Select(line => long.Parse(line.AsSpan(2), CultureInfo.InvariantCulture)),
            kept);
    }

    private async Task<ChildProcess> LockAsync()
    {
        var child = ChildProcess.Start("lock", Database);
        await child.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        return child;
    }

    private static async Task FillAsync(string folder)
    {
        await using var filler = new FileStream(Path.Combine(folder, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        if (!Tools.Has(program))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0;
    }

    // Nothing signals that the store noticed a lock, so this asks until a deadline.
    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "the condition did not come true within 30 s");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private ChannelStores Open(WriterTimes? times = null) =>
        new(_folder["data"], NullLoggerFactory.Instance, TimeProvider.System) { Times = times ?? new WriterTimes() };
}
