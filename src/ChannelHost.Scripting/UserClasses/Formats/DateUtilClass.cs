using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Java.Text;
using ChannelHost.Scripting.Values;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary><c>DateUtil</c>: dates by patterns of <c>SimpleDateFormat</c>, read as leniently as Java does.</summary>
internal static class DateUtilClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "DateUtil")
        .Static("getCurrentDate", static call => call.Run.Text(Pattern(call, 0).Format(Now(call), Zone(call))))
        .Static("formatDate", static call => call.Run.Text(Pattern(call, 0).Format(Instant(call, 1), Zone(call))))
        .Static("getDate", static call => call.Run.FromPlain(new DateValue(Read(call, Pattern(call, 0), call.Text(1)), IsJava: true)))
        .Static("convertDate", static call => call.Run.Text(Pattern(call, 1).Format(Read(call, Pattern(call, 0), call.Text(2)), Zone(call))))
        .Build();

    private static DatePattern Pattern(UserCall call, int index)
    {
        try
        {
            return DatePattern.Parse(call.Text(index));
        }
        catch (FormatException problem)
        {
            throw call.Throw("java.lang.IllegalArgumentException", problem.Message);
        }
    }

    private static DateTimeOffset Read(UserCall call, DatePattern pattern, string text)
    {
        var millis = pattern.Read(text, Zone(call), Now(call), lenient: true, out _)
            ?? throw call.Throw("java.text.ParseException", $"Unparseable date: it does not fit the pattern {pattern.Source}");
        return millis >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && millis <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(millis)
            : throw call.Throw("java.text.ParseException", "The date lies outside the years 1 to 9999.");
    }

    private static DateTimeOffset Instant(UserCall call, int index) =>
        JavaValues.InstantOf(call[index]) ?? (PlainValue.From(call[index], call.Run) is DateValue date ? date.At : throw call.Error("needs a date."));

    private static DateTimeOffset Now(UserCall call) => call.Run.Environment.Time.GetUtcNow();

    private static TimeZoneInfo Zone(UserCall call) => call.Run.Environment.Time.LocalTimeZone;
}
