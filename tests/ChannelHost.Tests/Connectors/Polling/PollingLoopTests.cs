using ChannelHost.Connectors.Polling;
using ChannelHost.Testing.Network;

namespace ChannelHost.Tests.Connectors.Polling;

public sealed class PollingLoopTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly SteppedTime _time = new(Start);
    private readonly CollectingLogger _log = new();
    private readonly List<DateTimeOffset> _runs = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Func<int, ValueTask<TimeSpan?>> Poll { get; set; } = _ => ValueTask.FromResult<TimeSpan?>(null);

    [Fact]
    public async Task Every_CountsFromStartToStart()
    {
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromSeconds(30) });
        Poll = async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(10), _time, Token);
            return null;
        };

        await _time.PassUntilAsync(Start.AddSeconds(95));

        Assert.Equal(["08:00:00", "08:00:30", "08:01:00", "08:01:30"], Runs);
    }

    [Fact]
    public async Task Pause_CountsFromTheEndOfARun()
    {
        await using var loop = Started(PollingSchedule.Pause(TimeSpan.FromSeconds(30)));
        Poll = async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(10), _time, Token);
            return null;
        };

        await _time.PassUntilAsync(Start.AddSeconds(95));

        Assert.Equal(["08:00:00", "08:00:40", "08:01:20"], Runs);
        Assert.Empty(_log.Events);
    }

    [Theory]
    [InlineData(true, "08:00:00", "08:05:00")]
    [InlineData(null, "08:05:00", "08:10:00")]
    public async Task Cron_StartsAtOnceOnlyWhenAsked(bool? onStart, string first, string second)
    {
        await using var loop = Started(new ScheduleOptions { Cron = "0 0/5 * * * ?", OnStart = onStart });

        await _time.PassUntilAsync(Start.AddMinutes(11));

        Assert.Equal([first, second], Runs.Take(2));
    }

    [Fact]
    public async Task OnStartOutsideTheActiveHours_FirstRunIsAtTheOpening()
    {
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromMinutes(1), OnStart = true, ActiveHours = "08:30-19:30" });

        await _time.PassUntilAsync(Start.AddMinutes(31));

        Assert.Equal(["08:30:00", "08:31:00"], Runs);
    }

    [Fact]
    public async Task LongRun_RunOnce_OneRunMakesUpForAllMissed()
    {
        Poll = async number =>
        {
            await Task.Delay(TimeSpan.FromSeconds(number == 1 ? 100 : 1), _time, Token);
            return null;
        };
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromSeconds(30) });

        await _time.PassUntilAsync(Start.AddSeconds(155));

        // Those of :30, 1:00 and 1:30 are made up for at 1:40; the rhythm stays.
        Assert.Equal(["08:00:00", "08:01:40", "08:02:00", "08:02:30"], Runs);
        Assert.Equal(1, _log.Count("Runs were missed"));
    }

    [Fact]
    public async Task LongRun_Skip_NextRunIsTheNextDue()
    {
        Poll = async number =>
        {
            await Task.Delay(TimeSpan.FromSeconds(number == 1 ? 100 : 1), _time, Token);
            return null;
        };
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromSeconds(30), Misfire = MisfireRule.Skip });

        await _time.PassUntilAsync(Start.AddSeconds(155));

        Assert.Equal(["08:00:00", "08:02:00", "08:02:30"], Runs);
    }

    [Theory]
    [Trait("Row", "F72")]
    [InlineData(nameof(MisfireRule.RunOnce), "11:20:30")]
    [InlineData(nameof(MisfireRule.Skip), "12:00:00")]
    public async Task ClockJumpsForward_NoBurst(string misfire, string first)
    {
        await using var loop = Started(new ScheduleOptions { Cron = "0 0 * * * ?", Misfire = Enum.Parse<MisfireRule>(misfire) });
        await _time.PassUntilAsync(Start.AddSeconds(30));

        await _time.JumpAsync(TimeSpan.FromMinutes(200));
        await _time.PassUntilAsync(Start.AddHours(5).AddMinutes(1));

        Assert.Equal(first, Runs[0]);
        Assert.Equal("12:00:00", Runs[misfire == nameof(MisfireRule.Skip) ? 0 : 1]);
        Assert.Equal(1, _log.Count("Runs were missed"));
    }

    [Fact]
    [Trait("Row", "F72")]
    public async Task ClockJumpsForwardPastTheActiveHours_MadeUpForAtTheNextOpening()
    {
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromHours(1), OnStart = false, ActiveHours = "07:00-19:30" });

        await _time.JumpAsync(TimeSpan.FromHours(13));
        await _time.PassUntilAsync(Start.AddHours(24));

        Assert.Equal(["07:00:00", "08:00:00"], Runs);
    }

    [Fact]
    [Trait("Row", "F72")]
    public async Task ClockSetBack_GoesOnInItsRhythm()
    {
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromMinutes(1) });
        await _time.PassUntilAsync(Start.AddMinutes(2).AddSeconds(1));

        await _time.JumpAsync(TimeSpan.FromHours(-3));
        await _time.PassUntilAsync(Start.AddHours(-3).AddMinutes(6));

        // Not silent for three hours, no burst, and never closer together than a minute but for the wait that was under way.
        Assert.InRange(_runs.Count(run => run < Start), 2, 5);
        Assert.All(_runs, run => Assert.Equal(0, run.Second));
    }

    [Fact]
    public async Task Run_NeverOverlapsItself()
    {
        var (running, overlaps) = (0, 0);
        Poll = async _ =>
        {
            overlaps += Interlocked.Increment(ref running) - 1;
            await Task.Delay(TimeSpan.FromSeconds(95), _time, Token);
            Interlocked.Decrement(ref running);
            return null;
        };
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromSeconds(1) });

        await _time.PassUntilAsync(Start.AddMinutes(20));

        Assert.Equal(0, overlaps);
        Assert.InRange(Runs.Count, 12, 13);
    }

    [Fact]
    public async Task PollWantsToGoOn_BelongsToTheSameRun()
    {
        Poll = number => ValueTask.FromResult<TimeSpan?>(number switch { 1 => TimeSpan.Zero, 2 => TimeSpan.FromSeconds(2), _ => null });
        await using var loop = Started(new ScheduleOptions { Cron = "0 0 9 * * ?" });

        await _time.PassUntilAsync(Start.AddHours(2));

        Assert.Equal(["09:00:00", "09:00:00", "09:00:02"], Runs);
    }

    [Fact]
    public async Task PollThrows_IsToldAndTriedAgain()
    {
        Poll = number => number == 1 ? throw new InvalidOperationException("the folder went") : ValueTask.FromResult<TimeSpan?>(null);
        await using var loop = Started(new ScheduleOptions { Cron = "0 0 9 * * ?" });

        await _time.PassUntilAsync(Start.AddHours(2));

        Assert.Equal(["09:00:00", "09:00:07"], Runs);
        Assert.Equal(1, _log.Count("A run failed unexpectedly"));
    }

    [Fact]
    public async Task FileOfDatesChanges_NextRunFollowsIt()
    {
        using var folder = new Support.Bench();
        var dates = folder.PathOf("holidays.txt");
        await File.WriteAllTextAsync(dates, "# none yet\n", Token);
        await using var loop = Started(new ScheduleOptions { Cron = "0 0 9 * * ?", ExceptFile = dates });
        await _time.PassUntilAsync(Start.AddMinutes(1));

        await File.WriteAllTextAsync(dates, "2026-11-23  the practice is closed\n", Token);
        await _time.PassUntilAsync(Start.AddDays(1).AddHours(2));
        await File.WriteAllTextAsync(dates, "nonsense, longer than before, so that its size differs\n", Token);
        await _time.PassUntilAsync(Start.AddDays(2).AddHours(2));

        Assert.Equal([Start.AddDays(1).AddHours(1), Start.AddDays(2).AddHours(1)], _runs);
        Assert.Equal(1, _log.Count("line 1"));
    }

    [Fact]
    public async Task Start_TellsTheNextRunInWords()
    {
        await using var loop = Started(new ScheduleOptions
        {
            Cron = "0 0 7 * * ?", TimeZone = "Europe/Berlin", Days = [Weekday.Mon, Weekday.Fri], ActiveHours = "06:00-20:00",
        });

        var told = Assert.Single(_log.Events).Text;
        Assert.Equal("Runs by cron 0 0 7 * * ?, 06:00-20:00, on mon fri (Europe/Berlin); the next run is at 2026-11-27 07:00:00 +01:00.", told);
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 6, 0, 0, TimeSpan.Zero), loop.NextRun);
    }

    [Fact]
    public async Task Stop_WaitsForTheRunUnderWay()
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        Poll = async _ =>
        {
            entered.SetResult();
            await leave.Task;
            return null;
        };
        await using var loop = Started(new ScheduleOptions { Every = TimeSpan.FromSeconds(30) });
        await entered.Task.WaitAsync(Token);

        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();
        Assert.False(await loop.StopAsync(impatient.Token));
        leave.SetResult();
        Assert.True(await loop.StopAsync(Token));
        Assert.Single(_runs);
    }

    private List<string> Runs => [.. _runs.Select(run => run.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture))];

    private PollingLoop Started(ScheduleOptions options) => Started(PollingSchedule.Of(options, TimeSpan.Zero, startsAtOnce: true, _time));

    private PollingLoop Started(PollingSchedule schedule)
    {
        var loop = new PollingLoop(schedule, TimeSpan.FromSeconds(7), _time, _log, _ =>
        {
            _runs.Add(_time.GetUtcNow());
            return Poll(_runs.Count);
        });
        loop.Start();
        return loop;
    }
}
