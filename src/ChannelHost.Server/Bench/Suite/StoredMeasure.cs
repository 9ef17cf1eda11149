using System.Globalization;
using ChannelHost.Server.Commands;
using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>What a message costs beside few and beside many stored ones: two hosts on two stores that were filled by the store's own writer, measured in turns.</summary>
internal sealed class StoredMeasure(SuitePlan plan, Terminal terminal)
{
    /// <summary>The store that the big one is compared with.</summary>
    public const int Few = 10_000;

    private const int Together = 2_000;
    private const int Turns = 3;

    /// <summary>Processor time for 1,000 messages and messages per second, beside few and beside many.</summary>
    public async Task<(LoadResult Few, LoadResult Many)> RunAsync(string folder, CancellationToken cancellationToken)
    {
        await using var few = await PrepareAsync(Path.Combine(folder, "few"), Few, cancellationToken);
        await using var many = await PrepareAsync(Path.Combine(folder, "many"), plan.Stored, cancellationToken);
        await few.RoundAsync("few stored, warming up", plan.WarmUp, cancellationToken);
        await many.RoundAsync("many stored, warming up", plan.WarmUp, cancellationToken);
        List<LoadResult> beside = [], besideMany = [];
        for (var turn = 0; turn < Turns; turn++)
        {
            beside.Add(await few.RoundAsync("few stored", plan.Round, cancellationToken));
            besideMany.Add(await many.RoundAsync("many stored", plan.Round, cancellationToken));
        }

        return (Sum(beside), Sum(besideMany));
    }

    private async Task<Subject> PrepareAsync(string folder, int count, CancellationToken cancellationToken)
    {
        var data = Path.Combine(folder, "data");
        await FillAsync(data, count, cancellationToken);
        var channels = SuiteChannels.Write(Path.Combine(folder, "channels"), BenchHost.FreePorts(1, 18_300)[0]);
        var host = await BenchHost.StartAsync(Path.Combine(folder, "channels"), data, TimeSpan.FromMinutes(5), cancellationToken);
        return new Subject(host, channels.AdtPort, terminal);
    }

    private async Task FillAsync(string data, int count, CancellationToken cancellationToken)
    {
        await using var stores = new ChannelStores(data, NullLoggerFactory.Instance, TimeProvider.System);
        await using var store = stores.OpenMessages("bench/adt", new StoreSettings());
        var message = SuiteMessages.Adt("STORED");
        var now = TimeProvider.System.GetUtcNow();
        await ProgressBar.RunForAsync(terminal, $"storing {count} messages", null, count, async stored =>
        {
            var commits = new List<Task<StoredOutcome>>(Together);
            for (var number = 0; number < count;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                commits.Clear();
                for (; number < count && commits.Count < Together; number++)
                {
                    commits.Add(store.AddAsync(Record(store.NextId(), number, message, now)).AsTask());
                    stored();
                }

                await Task.WhenAll(commits);
            }
        });
    }

    /// <summary>A message as the suite's channel would store it.</summary>
    public static MessageRecord Record(long id, int number, byte[] message, DateTimeOffset now) => new()
    {
        Id = id,
        ReceivedAt = now,
        Status = MessageStatus.Transformed,
        Raw = message,
        Encoded = message.AsMemory(0, message.Length - 1),
        DataType = "hl7v2",
        ControlId = string.Create(CultureInfo.InvariantCulture, $"STORED{number:D12}"),
        MessageType = "ADT^A08",
        ChannelMap = new Dictionary<string, object?> { ["mrn"] = "4711", ["event"] = "A08" },
    };

    private static LoadResult Sum(List<LoadResult> rounds) => new(
        rounds.Sum(round => round.Messages),
        rounds.Sum(round => round.Failures),
        rounds.Sum(round => round.Seconds),
        rounds.Max(round => round.P50Milliseconds),
        rounds.Max(round => round.P99Milliseconds),
        rounds.Sum(round => round.CpuSeconds),
        rounds.Sum(round => round.AllocatedBytes),
        rounds.Sum(round => round.ContextSwitches),
        rounds.Sum(round => round.Collections),
        rounds.Sum(round => round.PausedSeconds));

    private sealed class Subject(BenchHost host, int port, Terminal terminal) : IAsyncDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
        private SuiteLoad? _load;

        public Task<LoadResult> RoundAsync(string what, TimeSpan duration, CancellationToken cancellationToken) =>
            (_load ??= new SuiteLoad(host, _http, terminal)).DriveAsync(what, port, SuiteMessages.Adt(), 32, duration, null, null, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await host.DisposeAsync();
        }
    }
}
