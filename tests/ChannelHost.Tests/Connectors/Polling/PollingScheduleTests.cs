using System.Globalization;
using ChannelHost.Connectors.Polling;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Connectors.Polling;

public sealed class PollingScheduleTests
{
    // Central Europe goes to summer time on 2026-03-29 at 02:00 and back on 2026-10-25 at 03:00; New York on 03-08 and 11-01 at 02:00.
    [Theory]
    [InlineData("0 30 2 * * ?", "Europe/Berlin", "2026-03-28T12:00Z", "03-29 03:00:00 +02:00", "03-30 02:30:00 +02:00")]
    [InlineData("0 30 2 * * ?", "America/New_York", "2026-03-07T12:00Z", "03-08 03:00:00 -04:00", "03-09 02:30:00 -04:00")]
    [InlineData("0 0/30 * * * ?", "Europe/Berlin", "2026-03-29T00:29Z", "03-29 01:30:00 +01:00", "03-29 03:00:00 +02:00")]
    [InlineData("0 0 7 * * ?", "Europe/Berlin", "2026-03-28T12:00Z", "03-29 07:00:00 +02:00", "03-30 07:00:00 +02:00")]
    public void ClocksGoForward_RunOfTheMissingHourIsAtItsEndOnce(string cron, string zone, string after, params string[] expected) =>
        Assert.Equal(expected, Next(new ScheduleOptions { Cron = cron, TimeZone = zone }, after, expected.Length));

    [Theory]
    [InlineData("0 30 2 * * ?", "Europe/Berlin", "2026-10-24T12:00Z", "10-25 02:30:00 +02:00", "10-26 02:30:00 +01:00")]
    [InlineData("0 30 1 * * ?", "America/New_York", "2026-10-31T12:00Z", "11-01 01:30:00 -04:00", "11-02 01:30:00 -05:00")]
    [InlineData("0 0/30 * * * ?", "Europe/Berlin", "2026-10-25T00:29Z", "10-25 02:30:00 +02:00", "10-25 02:00:00 +01:00", "10-25 02:30:00 +01:00", "10-25 03:00:00 +01:00")]
    [InlineData("0 0 7 * * ?", "Europe/Berlin", "2026-10-24T12:00Z", "10-25 07:00:00 +01:00", "10-26 07:00:00 +01:00")]
    public void ClocksGoBack_DailyRunIsOnceAndRepeatedOnesGoThroughBothHours(string cron, string zone, string after, params string[] expected) =>
        Assert.Equal(expected, Next(new ScheduleOptions { Cron = cron, TimeZone = zone }, after, expected.Length));

    [Theory]
    [InlineData("2026-03-28T12:00Z", "03-29 07:00:00 +02:00")]
    [InlineData("2026-10-24T16:00Z", "10-25 07:00:00 +01:00")]
    public void ActiveHours_OpenByTheWallClockWhenClocksChange(string after, string expected) =>
        Assert.Equal([expected], Next(
            new ScheduleOptions { Every = TimeSpan.FromHours(13), ActiveHours = "07:00-19:30", TimeZone = "Europe/Berlin" }, after, 1));

    [Fact]
    public void Every_IsPhysicalTimeOverTheChangeOfClocks() => Assert.Equal(
        ["10-25 01:00:00 +02:00", "10-25 02:00:00 +02:00", "10-25 02:00:00 +01:00", "10-25 03:00:00 +01:00"],
        Next(new ScheduleOptions { Every = TimeSpan.FromHours(1), TimeZone = "Europe/Berlin" }, "2026-10-24T22:00Z", 4));

    [Fact]
    public void EveryWithActiveHours_CountsFromTheOpening() => Assert.Equal(
        ["11-23 17:45:00 +01:00", "11-24 07:00:00 +01:00", "11-24 11:00:00 +01:00"],
        Next(new ScheduleOptions { Every = TimeSpan.FromHours(4), ActiveHours = "07:00-19:30", TimeZone = "Europe/Berlin" }, "2026-11-23T12:45Z", 3));

    [Fact]
    public void ActiveHours_BothEndsBelongToThem() => Assert.Equal(
        ["11-23 19:30:00 +00:00", "11-24 07:00:00 +00:00"],
        Next(new ScheduleOptions { Cron = "0 0/30 * * * ?", ActiveHours = "07:00-19:30", TimeZone = "UTC" }, "2026-11-23T19:29Z", 2));

    [Fact]
    public void ActiveHoursPastMidnight_BothEndsBelongToThem() => Assert.Equal(
        ["11-23 06:00:00 +00:00", "11-23 22:00:00 +00:00", "11-23 22:30:00 +00:00"],
        Next(new ScheduleOptions { Cron = "0 0/30 * * * ?", ActiveHours = "22:00-06:00", TimeZone = "UTC" }, "2026-11-23T05:30Z", 3));

    [Fact]
    public void DaysAndDates_AreLeftOut() => Assert.Equal(
        ["12-23 07:00:00 +01:00", "12-28 07:00:00 +01:00", "12-29 07:00:00 +01:00", "01-04 07:00:00 +01:00"],
        Next(
            new ScheduleOptions
            {
                Cron = "0 0 7 * * ?",
                TimeZone = "Europe/Berlin",
                Days = [Weekday.Mon, Weekday.Tue, Weekday.Wed, Weekday.Thu, Weekday.Fri],
                Except = ["2026-12-24", "12-25", "2026-12-30", "12-31", "01-01"],
            },
            "2026-12-22T12:00Z", 4));

    [Fact]
    public void Sunday_IsADayLikeOthers() => Assert.Equal(
        ["11-28 07:00:00 +00:00", "11-29 07:00:00 +00:00", "12-05 07:00:00 +00:00"],
        Next(new ScheduleOptions { Cron = "0 0 7 * * ?", TimeZone = "UTC", Days = [Weekday.Sat, Weekday.Sun] }, "2026-11-23T12:00Z", 3));

    [Fact]
    public void NoTimeZone_IsTheMachines()
    {
        var time = new FakeTimeProvider(Time("2026-11-23T12:00Z"));
        time.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"));

        var next = PollingSchedule.Of(new ScheduleOptions { Cron = "0 0 7 * * ?" }, time).NextAfter(time.GetUtcNow(), time.GetUtcNow());

        Assert.Equal(Time("2026-11-24T01:30Z"), next);
    }

    [Fact]
    public void LeapDay_IsADayOfYearsThatHaveIt() => Assert.Equal(
        ["02-28 07:00:00 +00:00", "03-01 07:00:00 +00:00"],
        Next(new ScheduleOptions { Cron = "0 0 7 * * ?", TimeZone = "UTC", Except = ["02-29"] }, "2028-02-27T12:00Z", 2));

    [Fact]
    public void Opening_IsTheFirstAllowedMomentWhateverTheCalendar()
    {
        // Against the plainest way there is: looking at every minute of two years.
        var schedule = PollingSchedule.Of(
            new ScheduleOptions
            {
                Every = TimeSpan.FromMinutes(1), TimeZone = "America/New_York", ActiveHours = "22:15-04:45", Days = [Weekday.Mon, Weekday.Thu, Weekday.Sun],
                Except = ["03-08", "11-01", "2026-07-06", "12-31"],
            },
            TimeProvider.System);
        var anchor = Time("2026-01-01T00:00Z");
        DateTimeOffset? expected = null;
        for (var minute = anchor.AddYears(2); minute > anchor; minute = minute.AddMinutes(-1))
        {
            expected = schedule.Allows(minute) ? minute : expected;
            if (minute.Minute % 17 == 0 && expected is not null)
            {
                Assert.Equal(expected, schedule.NextAfter(anchor, minute.AddMinutes(-1)));
            }
        }
    }

    private static List<string> Next(ScheduleOptions options, string after, int count)
    {
        var schedule = PollingSchedule.Of(options, TimeProvider.System);
        var (anchor, last, times) = (Time(after), Time(after), new List<string>());
        while (times.Count < count && schedule.NextAfter(anchor, last) is { } next)
        {
            (anchor, last) = (next, next);
            times.Add(schedule.Show(next)["2026-".Length..]);
        }

        return times;
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
