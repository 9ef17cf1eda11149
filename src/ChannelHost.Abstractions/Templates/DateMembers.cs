using System.Globalization;

namespace ChannelHost.Abstractions;

/// <summary><c>date</c> in templates: <c>${date.get('yyyyMMdd')}</c>, <c>${date.format('HH:mm', value)}</c>. Patterns are Java's, the clock is this machine's.</summary>
internal sealed class DateMembers(TimeProvider time) : ITemplateMembers
{
    private const string Default = "MMM d, yyyy h:mm:ss a";

    public bool TryGet(string member, IReadOnlyList<object?>? arguments, out object? value)
    {
        value = (member, arguments) switch
        {
            ("get", [string pattern]) => Format(pattern, time.GetUtcNow()),
            ("format", [string pattern, var moment]) => Moment(moment) is { } at ? Format(pattern, at) : null,
            ("toString", []) => Format(Default, time.GetUtcNow()),
            _ => ValueMembers.Property(member, arguments) switch
            {
                "date" or "systemDate" => new DateValue(time.GetUtcNow(), IsJava: true),
                "systemTime" => time.GetUtcNow().ToUnixTimeMilliseconds(),
                "year" => (long)time.GetLocalNow().Year,
                "month" => (long)time.GetLocalNow().Month - 1,
                "day" => (long)time.GetLocalNow().Day,
                _ => null,
            },
        };
        return value is not null;
    }

    /// <summary>A moment in a pattern or in one of the named forms; null when the pattern is none.</summary>
    public string? Format(string pattern, DateTimeOffset moment)
    {
        var letters = pattern switch
        {
            "default" or "medium" => Default,
            "short" => "M/d/yy h:mm a",
            "long" => "MMMM d, yyyy h:mm:ss a z",
            "full" => "EEEE, MMMM d, yyyy h:mm:ss a z",
            "short_date" => "M/d/yy",
            "medium_date" => "MMM d, yyyy",
            "long_date" => "MMMM d, yyyy",
            "full_date" => "EEEE, MMMM d, yyyy",
            "short_time" => "h:mm a",
            "medium_time" => "h:mm:ss a",
            "iso" => "yyyy-MM-dd'T'HH:mm:ssZ",
            "iso_date" => "yyyy-MM-dd",
            "iso_time" => "'T'HH:mm:ss",
            "intl" => "yyyy-MM-dd kk:mm:ss",
            _ => pattern,
        };
        return JavaDatePattern.TryParse(letters, out var parsed, out _) ? parsed.Format(moment, time.LocalTimeZone) : null;
    }

    private static DateTimeOffset? Moment(object? value) => value switch
    {
        DateValue date => date.At,
        DateTimeOffset moment => moment,
        string text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) ? read : null,
        _ => ValueMembers.Number(value) is { } milliseconds && Math.Abs(milliseconds) < 60_000_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null,
    };
}
