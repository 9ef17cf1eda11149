using System.Globalization;

namespace ChannelHost.Tests.Templates;

public sealed class JavaDatePatternTests
{
    private static readonly TimeZoneInfo Kolkata = TimeZoneInfo.CreateCustomTimeZone("test", new TimeSpan(5, 30, 0), "Test Time", "Test Time");

    [Theory]
    [InlineData("yyyyMMddHHmmss.SSS", "20260307090503.045")]
    [InlineData("yy-M-d", "26-3-7")]
    [InlineData("EEE, d MMM yyyy", "Sat, 7 Mar 2026")]
    [InlineData("EEEE d MMMM y", "Saturday 7 March 2026")]
    [InlineData("h:mm a", "9:05 AM")]
    [InlineData("kk KK HH hh", "09 09 09 09")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-03-07T09:05:03+05:30")]
    [InlineData("XX X Z", "+0530 +05 +0530")]
    [InlineData("'o''clock' ''", "o'clock '")]
    [InlineData("D u w W F G", "66 6 10 1 1 AD")]
    [InlineData("S SSSSSS", "45 000045")]
    [InlineData("z", "GMT+05:30")]
    public void Letters_AreWrittenAsJavaDoes(string pattern, string expected)
    {
        var moment = new DateTimeOffset(2026, 3, 7, 9, 5, 3, 45, Kolkata.BaseUtcOffset);

        Assert.True(JavaDatePattern.TryParse(pattern, out var parsed, out _));

        Assert.Equal(expected, parsed.Format(moment, Kolkata));
    }

    [Theory]
    [InlineData("2026-12-31", "2027-1")]
    [InlineData("2026-12-26", "2026-52")]
    [InlineData("2027-01-01", "2027-1")]
    [InlineData("2022-01-02", "2022-2")]
    public void WeekYear_IsThatOfTheWeekWithTheFirstOfJanuary(string day, string expected)
    {
        Assert.True(JavaDatePattern.TryParse("YYYY-w", out var parsed, out _));

        Assert.Equal(expected, parsed.Format(DateTimeOffset.Parse(day + "T12:00:00Z", CultureInfo.InvariantCulture), TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("yyyy 'at", "never closed")]
    [InlineData("yyyyQ", "Q means nothing")]
    [InlineData("XXXX", "XXXX means nothing")]
    public void PatternThatIsNone_SaysWhy(string pattern, string problem)
    {
        Assert.False(JavaDatePattern.TryParse(pattern, out _, out var told));

        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "12 AM 24 0")]
    [InlineData(12, "12 PM 12 0")]
    [InlineData(23, "11 PM 23 11")]
    public void HoursOfTheClock_AreJavas(int hour, string expected)
    {
        Assert.True(JavaDatePattern.TryParse("h a k K", out var parsed, out _));

        Assert.Equal(expected, parsed.Format(new DateTimeOffset(2026, 1, 1, hour, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc));
    }
}
