using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ChannelHost.Storage;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Messages.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

public sealed partial class WriterTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F02")]
    public async Task EveryAnswer_ComesAfterASyncOfWhatItStandsFor()
    {
        Assert.SkipUnless(Tools.Has("strace"), "needs strace to see the order of system calls");
        const int messages = 200;
        var trace = _folder["trace"];
        string[] program = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "20", "-o", trace, "-e", "trace=fsync,fdatasync,pwrite64,write"];
        using var child = ChildProcess.StartUnder(program, "add", _folder["data"], messages.ToString(CultureInfo.InvariantCulture));
        await child.ReadToEndAsync(TestContext.Current.CancellationToken);

        var answers = 0;
        var uncovered = 0;
        var isSynced = false;
        foreach (var line in await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken))
        {
            if (LogWritten().IsMatch(line))
            {
                isSynced = false;
            }
            else if (SyncEnded().IsMatch(line))
            {
                isSynced = true;
            }
            else if (Answer().IsMatch(line))
            {
                answers++;
                uncovered += isSynced ? 0 : 1;
            }
        }

        Assert.Equal((messages, 0), (answers, uncovered));
    }

    [Fact]
    public async Task IdleStore_ClosesItsFilesAndOpensThemAgain()
    {
        await using var stores = Open(new WriterTimes { Quiet = TimeSpan.FromMilliseconds(20), Linger = TimeSpan.FromMilliseconds(50) });
        var store = stores.OpenMessages(Channel, new StoreSettings());
        for (var round = 1; round <= 3; round++)
        {
            await store.AddAsync(Some.Message(store.NextId(), destinations: Some.Queued()));
            Assert.Equal(round, store.ReadQueue("ehr", 0, 10).Count);
            await UntilAsync(() => !IsOpen("messages.db"));

            // The files are closed, and reading opens them for the reader alone.
            Assert.Equal(round, store.Find(new MessageQuery()).Count);
        }

        Assert.Equal(3, store.Counts().Single(count => count.Connector == "ehr").Count);
        Assert.Equal(4, store.NextId());
    }

    [Fact]
    public async Task ManyCallers_ShareCommits()
    {
        await using var stores = Open(new WriterTimes());
        var store = stores.OpenMessages(Channel, new StoreSettings());

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var count = 0; count < 20; count++)
            {
                await store.AddAsync(Some.Message(store.NextId()));
            }
        })));

        Assert.Equal(64 * 20, store.Counts().Single().Count);
    }

    [Fact]
    public async Task CallerAlone_CommitsOnItsOwnThread()
    {
        await using var stores = Open(new WriterTimes());
        var store = stores.OpenMessages(Channel, new StoreSettings());

        // Only while the store's thread waits; that it does, nothing tells.
        var added = 0;
        await UntilAsync(() =>
        {
            var adding = store.AddToCommitHereAsync(Some.Message(store.NextId())).AsTask();
            store.CommitHere();
            added++;
            return adding.IsCompletedSuccessfully;
        });

        await store.AddAsync(Some.Message(store.NextId()));
        Assert.Equal(added + 1, store.Counts().Single().Count);
    }

    [Fact]
    public async Task WorkThatNobodyCommits_IsCommittedAllTheSame()
    {
        await using var stores = Open(new WriterTimes());
        var store = stores.OpenMessages(Channel, new StoreSettings());

        for (var count = 0; count < 3; count++)
        {
            await store.AddToCommitHereAsync(Some.Message(store.NextId()));
        }

        Assert.Equal(3, store.Counts().Single().Count);
    }

    [Fact]
    public async Task CallersWhoCommitThemselves_AndOthers_GetAllTheirsStored()
    {
        await using var stores = Open(new WriterTimes { Quiet = TimeSpan.FromMilliseconds(2), Linger = TimeSpan.FromMilliseconds(3) });
        var store = stores.OpenMessages(Channel, new StoreSettings());

        await Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
        {
            for (var count = 0; count < 150; count++)
            {
                if (caller % 2 == 0)
                {
                    await store.AddAsync(Some.Message(store.NextId()));
                    continue;
                }

                var adding = store.AddToCommitHereAsync(Some.Message(store.NextId()));
                store.CommitHere();
                await adding;
            }
        })));

        Assert.Equal(6 * 150, store.Counts().Single().Count);
    }

    [Fact]
    public async Task StoppingWithWorkHandedOver_CommitsItFirst()
    {
        var stores = Open(new WriterTimes());
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var adding = Enumerable.Range(0, 100).Select(_ => store.AddAsync(Some.Message(store.NextId())).AsTask()).ToList();

        await stores.DisposeAsync();

        await Task.WhenAll(adding);
        await using var again = Open(new WriterTimes());
        Assert.Equal(100, again.OpenMessages(Channel, new StoreSettings()).Counts().Single().Count);
    }

    [Fact]
    public async Task LongTraffic_KeepsTheLogSmall()
    {
        await using var stores = Open(new WriterTimes());
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var content = new string('x', 20_000);
        for (var group = 0; group < 60; group++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.AddAsync(Some.Message(store.NextId(), content: content)).AsTask()));
        }

        // 60 MB went through it.
        Assert.InRange(new FileInfo(Log).Length, 1, 40 << 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public async Task LogCopiedBesideTheTraffic_BeginsAnewAndLosesNothing(int framesToWaitFor)
    {
        var times = new WriterTimes { FramesToCopy = 20, FramesToBeginAnew = 60, FramesToWaitFor = framesToWaitFor };
        await using (var stores = Open(times))
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (var count = 0; count < 150; count++)
                {
                    await store.AddAsync(Some.Message(store.NextId()));
                    Assert.NotEmpty(store.Find(new MessageQuery { Count = 1 }));
                }
            })));

            // Some 3,000 frames of 4 KB went through it.
            Assert.InRange(new FileInfo(Log).Length, 1, 4 << 20);
            Assert.Equal(600, store.Counts().Single().Count);
        }

        Assert.Empty(await new StoreVerifier(_folder["data"]).VerifyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReaderThatHoldsTheLog_IsNotWaitedFor()
    {
        await using var stores = Open(new WriterTimes { FramesToCopy = 20, FramesToBeginAnew = 60, FramesToWaitFor = 5 });
        var store = stores.OpenMessages(Channel, new StoreSettings());
        await store.AddAsync(Some.Message(store.NextId()));
        using (var reader = SqliteDatabase.Open(_folder["data", "channels", "clinic", "registration", "messages.db"], readOnly: true))
        {
            reader.Execute("BEGIN");
            Assert.Equal(1, reader.Number("SELECT COUNT(*) FROM messages"));
            for (var count = 0; count < 100; count++)
            {
                await store.AddAsync(Some.Message(store.NextId()));
            }

            Assert.Equal(1, reader.Number("SELECT COUNT(*) FROM messages"));
            reader.Execute("COMMIT");
        }

        await store.AddAsync(Some.Message(store.NextId()));
        Assert.Equal(102, store.Counts().Single().Count);
    }

    [Fact]
    public async Task Commit_IsOneWriteToTheLogAndOneSync()
    {
        Assert.SkipUnless(Tools.Has("strace"), "needs strace to count system calls");
        const int messages = 100;
        var trace = _folder["trace"];
        string[] program = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "0", "-o", trace, "-e", "trace=fdatasync,pwrite64", "-P", Log];
        using var child = ChildProcess.StartUnder(program, "add", _folder["data"], messages.ToString(CultureInfo.InvariantCulture));
        await child.ReadToEndAsync(TestContext.Current.CancellationToken);

        var lines = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);

        // Room is made ahead of need in pieces of 16 KB; the header of the log is the opening's.
        Assert.InRange(lines.Count(line => line.Contains("pwrite64(", StringComparison.Ordinal) && !line.Contains(", 16384, ", StringComparison.Ordinal)), messages, messages + 10);
        Assert.InRange(lines.Count(line => line.Contains("fdatasync(", StringComparison.Ordinal)), messages, messages + 5);
    }

    private string Log => _folder["data", "channels", "clinic", "registration", "messages.db-wal"];

    private bool IsOpen(string file) => Directory.GetFiles("/proc/self/fd").Any(descriptor =>
        new FileInfo(descriptor).LinkTarget is { } target && target.StartsWith(_folder.Path, StringComparison.Ordinal) && target.EndsWith(file, StringComparison.Ordinal));

    // Nothing signals that a store went to rest, so this asks until a deadline.
    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "the condition did not come true within 30 s");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private ChannelStores Open(WriterTimes times) => new(_folder["data"], NullLoggerFactory.Instance, TimeProvider.System) { Times = times };

    [GeneratedRegex(@"pwrite64\(\d+<[^>]*messages\.db-wal>")]
    private static partial Regex LogWritten();

    // A call that another thread's interrupts in the trace is written in two lines; it counts when it is done.
    [GeneratedRegex(@"(f(data)?sync\(\d+<[^>]*messages\.db-wal>\) += 0)|(<\.\.\. f(data)?sync resumed>.* = 0)")]
    private static partial Regex SyncEnded();

    [GeneratedRegex(@"write\(\d+<pipe[^>]*>, ""A \d+")]
    private static partial Regex Answer();
}
