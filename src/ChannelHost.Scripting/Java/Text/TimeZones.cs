using System.Globalization;

namespace ChannelHost.Scripting.Java.Text;

/// <summary>Time zones by Java's names, and their short names.</summary>
internal static class TimeZones
{
    private static readonly Dictionary<string, (string Standard, string Daylight)> Names = new(StringComparer.Ordinal)
    {
        ["America/New_York"] = ("EST", "EDT"), ["America/Detroit"] = ("EST", "EDT"), ["America/Toronto"] = ("EST", "EDT"), ["US/Eastern"] = ("EST", "EDT"),
        ["America/Chicago"] = ("CST", "CDT"), ["US/Central"] = ("CST", "CDT"), ["America/Denver"] = ("MST", "MDT"), ["US/Mountain"] = ("MST", "MDT"),
        ["America/Phoenix"] = ("MST", "MST"), ["America/Los_Angeles"] = ("PST", "PDT"), ["US/Pacific"] = ("PST", "PDT"), ["America/Anchorage"] = ("AKST", "AKDT"),
        ["Pacific/Honolulu"] = ("HST", "HST"), ["Europe/London"] = ("GMT", "BST"), ["Europe/Dublin"] = ("GMT", "IST"), ["Europe/Lisbon"] = ("WET", "WEST"),
        ["Europe/Berlin"] = ("CET", "CEST"), ["Europe/Paris"] = ("CET", "CEST"), ["Europe/Rome"] = ("CET", "CEST"), ["Europe/Madrid"] = ("CET", "CEST"),
        ["Europe/Vienna"] = ("CET", "CEST"), ["Europe/Zurich"] = ("CET", "CEST"), ["Europe/Amsterdam"] = ("CET", "CEST"), ["Europe/Brussels"] = ("CET", "CEST"),
        ["Europe/Athens"] = ("EET", "EEST"), ["Europe/Helsinki"] = ("EET", "EEST"), ["Asia/Kolkata"] = ("IST", "IST"), ["Asia/Calcutta"] = ("IST", "IST"),
        ["Asia/Tokyo"] = ("JST", "JST"), ["Australia/Sydney"] = ("AEST", "AEDT"), ["Pacific/Auckland"] = ("NZST", "NZDT"),
    };

    // Java's short names that are zones with summer time, beside those that are fixed.
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["PST"] = "America/Los_Angeles", ["CST"] = "America/Chicago", ["CET"] = "Europe/Paris", ["EET"] = "Europe/Helsinki", ["IST"] = "Asia/Kolkata",
        ["JST"] = "Asia/Tokyo", ["AET"] = "Australia/Sydney", ["PDT"] = "America/Los_Angeles", ["EDT"] = "America/New_York", ["CDT"] = "America/Chicago",
        ["MDT"] = "America/Denver", ["CEST"] = "Europe/Paris", ["BST"] = "Europe/London", ["EST5EDT"] = "America/New_York", ["PST8PDT"] = "America/Los_Angeles",
    };

    /// <summary>Finds a zone; null for an unknown one.</summary>
    public static TimeZoneInfo? Find(string id)
    {
        switch (id)
        {
            case "UTC" or "GMT" or "Z" or "UCT" or "Etc/UTC" or "Etc/GMT" or "Universal" or "Zulu":
                return TimeZoneInfo.Utc;
            case "EST":
                return Fixed("EST", -5 * 60);
            case "MST":
                return Fixed("MST", -7 * 60);
            case "HST":
                return Fixed("HST", -10 * 60);
        }

        var offset = id.StartsWith("GMT", StringComparison.Ordinal) || id.StartsWith("UTC", StringComparison.Ordinal) ? id[3..] : id;
        var at = 0;
        if (offset.Length > 1 && TryOffset(offset, ref at, out var minutes) && at == offset.Length)
        {
            return Fixed(minutes == 0 ? "GMT" : "GMT" + Offset(minutes, ":"), minutes);
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(Short.GetValueOrDefault(id, id), out var zone) ? zone : null;
    }

    /// <summary>The short name at an instant: <c>UTC</c>, <c>CEST</c>, <c>GMT+02:00</c>.</summary>
    public static string ShortName(TimeZoneInfo zone, long millis)
    {
        if (zone.Equals(TimeZoneInfo.Utc))
        {
            return "UTC";
        }

        var offset = CivilTime.OffsetAt(millis, zone);
        if (Names.TryGetValue(zone.Id, out var names))
        {
            return offset == (long)zone.BaseUtcOffset.TotalMilliseconds ? names.Standard : names.Daylight;
        }

        return zone.Id is "EST" or "MST" or "HST" or "GMT" ? zone.Id : "GMT" + (offset == 0 ? "" : Offset((int)(offset / 60_000), ":"));
    }

    /// <summary>An offset: <c>+02:00</c>.</summary>
    public static string Offset(int minutes, string between) => string.Create(
        CultureInfo.InvariantCulture, $"{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}{between}{Math.Abs(minutes) % 60:00}");

    /// <summary>Reads <c>+2</c>, <c>+02</c>, <c>+0200</c>, <c>+02:00</c>.</summary>
    public static bool TryOffset(string text, ref int at, out int minutes)
    {
        minutes = 0;
        if (at >= text.Length || text[at] is not ('+' or '-'))
        {
            return false;
        }

        var sign = text[at] == '-' ? -1 : 1;
        var from = ++at;
        while (at < text.Length && at - from < 4 && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        var digits = text.AsSpan(from, at - from);
        if (digits.Length == 0)
        {
            return false;
        }

        var number = int.Parse(digits, CultureInfo.InvariantCulture);
        var (hours, rest) = digits.Length > 2 ? (number / 100, number % 100) : (number, 0);
        if (digits.Length <= 2 && at + 2 < text.Length && text[at] == ':' && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2]))
        {
            rest = int.Parse(text.AsSpan(at + 1, 2), CultureInfo.InvariantCulture);
            at += 3;
        }

        minutes = sign * ((hours * 60) + rest);
        return hours <= 23 && rest <= 59;
    }

    /// <summary>Reads a zone's short or full name at a place of a text.</summary>
    public static TimeZoneInfo? Read(string text, ref int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '/' or '_'))
        {
            end++;
        }

        if (end == at || Find(text[at..end]) is not { } zone)
        {
            return null;
        }

        at = end;
        return zone;
    }

    private static TimeZoneInfo Fixed(string id, int minutes) =>
        minutes == 0 ? TimeZoneInfo.Utc : TimeZoneInfo.CreateCustomTimeZone(id, TimeSpan.FromMinutes(minutes), id, id);
}
