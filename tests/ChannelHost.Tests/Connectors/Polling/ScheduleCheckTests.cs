using ChannelHost.Connectors.Polling;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Polling;

public sealed class ScheduleCheckTests
{
    [Theory]
    [InlineData("0 0/5 7-19 ? * MON-FRI")]
    [InlineData("0 0 0 29 2 ?")]
    [InlineData("0 0 0 L * ?")]
    [InlineData("0 0 9 ? * MON#1 2027-2030")]
    [InlineData("@daily")]
    public void GoodCron_NoProblem(string cron) => Assert.Empty(Problems(new ScheduleOptions { Cron = cron }));

    [Theory]
    [InlineData("0 0 0 30 2 ?", "this never fires")]
    [InlineData("0 0 0 31 4 ?", "this never fires")]
    [InlineData("0 0 0 1 1 ? 2020", "this never fires")]
    [InlineData("0 99 * * * ?", "from 0 to 59")]
    [InlineData("0,75 0 * * * ?", "from 0 to 59")]
    [InlineData("0 0 25 * * ?", "Hour values must be between 0 and 23")]
    [InlineData("0/5 * * * *", "seconds first")]
    [InlineData("tomorrow", "6 or 7 fields")]
    [InlineData("", "6 or 7 fields")]
    [InlineData("0 0 0 ? * FOO", "FOO")]
    public void BadCron_SaysWhatIsWanted(string cron, string wanted)
    {
        var problem = Assert.Single(Problems(new ScheduleOptions { Cron = cron }));

        Assert.Equal("schedule.cron", problem.Option);
        Assert.Contains(wanted, problem.Wanted, StringComparison.Ordinal);
    }

    [Fact]
    public void CronThatNeverMeetsTheActiveHours_NeverFires()
    {
        var problem = Assert.Single(Problems(new ScheduleOptions { Cron = "0 0 3 * * ?", ActiveHours = "07:00-19:30" }));

        Assert.Contains("never fires", problem.Wanted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Berln", "did you mean `Europe/Berlin`?")]
    [InlineData("Berlin", "did you mean `Europe/Berlin`?")]
    [InlineData("new york", "did you mean `America/New_York`?")]
    [InlineData("../../etc/passwd", "IANA name")]
    [InlineData("", "IANA name")]
    public void UnknownZone_IsSuggested(string zone, string wanted)
    {
        var problem = Assert.Single(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(30), TimeZone = zone }));

        Assert.Equal("schedule.timeZone", problem.Option);
        Assert.Contains(wanted, problem.Wanted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7-19")]
    [InlineData("07:00")]
    [InlineData("07:00-07:00")]
    [InlineData("07:00-25:00")]
    [InlineData("")]
    public void BadHours_AreProblems(string hours) =>
        Assert.Equal("schedule.activeHours", Assert.Single(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(30), ActiveHours = hours })).Option);

    [Theory]
    [InlineData("07:00-24:00")]
    [InlineData("0:00-23:59")]
    [InlineData("22:00 - 06:00")]
    public void GoodHours_NoProblem(string hours) => Assert.Empty(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(30), ActiveHours = hours }));

    [Theory]
    [InlineData("25.12.2026")]
    [InlineData("2026-02-30")]
    [InlineData("13-01")]
    [InlineData("")]
    public void BadDate_IsAProblem(string date) =>
        Assert.Equal("schedule.except", Assert.Single(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(30), Except = [date] })).Option);

    [Fact]
    public void NeitherOrBothTimes_AreProblems()
    {
        Assert.Single(Problems(new ScheduleOptions()));
        Assert.Single(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(1), Cron = "0 0 7 * * ?" }));
        Assert.Equal("interval", Assert.Single(ScheduleCheck.Problems(
            TimeSpan.FromSeconds(5), new ScheduleOptions { Every = TimeSpan.FromSeconds(5) }, TimeProvider.System)).Option);
    }

    [Theory]
    [Trait("Row", "F69")]
    [InlineData(null, "there is no file")]
    [InlineData("2026-12-25\n25 December\n", "line 2")]
    public void BadFileOfDates_IsAProblemThatNamesIt(string? content, string found)
    {
        using var bench = new Bench();
        var file = bench.PathOf("holidays.txt");
        if (content is not null)
        {
            File.WriteAllText(file, content);
        }

        var problem = Assert.Single(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(1), ExceptFile = file }));

        Assert.Equal("schedule.exceptFile", problem.Option);
        Assert.Contains(found, problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void FileOfDatesIsAFolder_IsAProblem()
    {
        using var bench = new Bench();

        Assert.Equal("schedule.exceptFile", Assert.Single(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(1), ExceptFile = bench.Folder })).Option);
    }

    [Fact]
    public void AllDaysOfTheYearLeftOut_IsAProblemAndEnds()
    {
        var dates = Enumerable.Range(0, 366).Select(day => new DateOnly(2028, 1, 1).AddDays(day).ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Single(Problems(new ScheduleOptions { Every = TimeSpan.FromSeconds(1), Except = [.. dates] }));
    }

    private static List<OptionProblem> Problems(ScheduleOptions options) => [.. ScheduleCheck.Problems(options, TimeProvider.System)];
}
