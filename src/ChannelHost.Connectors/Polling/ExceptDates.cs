using System.Globalization;
using System.Text;
using ChannelHost.Connectors.Files;
using Quartz;

namespace ChannelHost.Connectors.Polling;

/// <summary>Dates on which no run starts: single ones, and those of every year.</summary>
internal sealed record ExceptDates(IReadOnlyList<DateOnly> Dates, IReadOnlyList<MonthDay> Yearly)
{
    /// <summary>What a date must be, for problems.</summary>
    public const string Wanted = "a date: 2026-12-25, or 12-25 for every year";

    /// <summary>How many dates there may be: each is looked at for every run.</summary>
    public const int Most = 5_000;

    private const int LargestFile = 1 << 20;
    private const int DaysOfTheYear = 366;

    /// <summary>True when no day of any year is left.</summary>
    public bool CoverTheYear => Yearly.Distinct().Count() == DaysOfTheYear;

    /// <summary>Reads texts; what is no date is named.</summary>
    public static ExceptDates Of(IEnumerable<string> texts, Action<string> refuse)
    {
        var (dates, yearly) = (new List<DateOnly>(), new List<MonthDay>());
        foreach (var text in texts)
        {
            if (!TryRead(text, dates, yearly))
            {
                refuse(text);
            }
        }

        return new ExceptDates(dates, yearly);
    }

    /// <summary>Reads a file: a date at the start of each line, then anything; # starts a comment.</summary>
    /// <exception cref="ConnectorException">It cannot be read, or a line is no date; says which.</exception>
    public static ExceptDates FromFile(string path)
    {
        var (dates, yearly, number) = (new List<DateOnly>(), new List<MonthDay>(), 0);
        foreach (var line in ReadLines(path))
        {
            number++;
            var text = line.Split('#')[0].Trim().Split([' ', '\t', ',', ';'])[0];
            if (text.Length > 0 && !TryRead(text, dates, yearly))
            {
                throw new ConnectorException($"line {number} of {path} does not start with {Wanted}");
            }
        }

        return dates.Count + yearly.Count <= Most
            ? new ExceptDates(dates, yearly)
            : throw new ConnectorException($"{path} has {dates.Count + yearly.Count} dates; at most {Most}");
    }

    /// <summary>Both together.</summary>
    public ExceptDates With(ExceptDates other) => new([.. Dates, .. other.Dates], [.. Yearly, .. other.Yearly]);

    private static bool TryRead(string text, List<DateOnly> dates, List<MonthDay> yearly)
    {
        if (TryDate(text, out var date))
        {
            dates.Add(date);
            return true;
        }

        // Read in a leap year: 02-29 is a day of every year that has it.
        if (text.Length != 5 || !TryDate($"2000-{text}", out var day))
        {
            return false;
        }

        yearly.Add(new MonthDay(day.Month, day.Day));
        return true;
    }

    private static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static string[] ReadLines(string path)
    {
        try
        {
            // Opened without waiting: a channel's file may name a pipe.
            using var file = LinuxFiles.Open(path, followLinks: true) ?? throw new ConnectorException($"there is no file {path}");
            var version = LinuxFiles.Look(file);
            if (version.Kind != EntryKind.File || version.Size > LargestFile)
            {
                throw new ConnectorException($"{path} is no file of dates, or it is larger than 1MB");
            }

            var content = new byte[version.Size];
            var read = RandomAccess.Read(file, content, 0);
            return Encoding.UTF8.GetString(content, 0, read).TrimStart('\uFEFF').Split('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
