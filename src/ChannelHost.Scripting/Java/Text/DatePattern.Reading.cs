namespace ChannelHost.Scripting.Java.Text;

/// <content>Reading dates.</content>
internal sealed partial class DatePattern
{
    /// <summary>Reads a date from the start of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="zone">The zone where the text names none.</param>
    /// <param name="now">The instant from which years of two digits are counted: at most 80 years before and 20 after.</param>
    /// <param name="lenient">False: what overflows is refused.</param>
    /// <param name="end">Where reading ended, or the place that does not fit.</param>
    /// <returns>Milliseconds since 1970 UTC; null when the text does not fit.</returns>
    public long? Read(string text, TimeZoneInfo zone, DateTimeOffset now, bool lenient, out int end)
    {
        var fields = new Fields(now) { Zone = zone };
        end = 0;
        for (var i = 0; i < _parts.Count; i++)
        {
            var (letter, count, literal) = _parts[i];
            if (letter == '\0')
            {
                if (string.CompareOrdinal(text, end, literal, 0, literal.Length) != 0)
                {
                    return null;
                }

                end += literal.Length;
                continue;
            }

            var isTight = IsNumber(i) && i + 1 < _parts.Count && IsNumber(i + 1);
            if (!ReadField(text, letter, count, isTight, fields, ref end))
            {
                return null;
            }
        }

        return fields.ToInstant(lenient);
    }

    private bool IsNumber(int part) => _parts[part].Letter switch
    {
        'M' or 'L' => _parts[part].Count <= 2,
        '\0' or 'G' or 'E' or 'a' or 'z' or 'Z' or 'X' => false,
        _ => true,
    };

    private bool ReadField(string text, char letter, int count, bool isTight, Fields fields, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        switch (letter)
        {
            case 'G':
                return ReadName(text, ["BC", "AD"], ref at, out fields.Era);
            case 'a':
                return ReadName(text, ["AM", "PM"], ref at, out fields.Half);
            case 'E':
                return ReadName(text, Culture.DateTimeFormat.DayNames, ref at, out _) || ReadName(text, Culture.DateTimeFormat.AbbreviatedDayNames, ref at, out _);
            case 'M' or 'L' when count >= 3:
                if (ReadName(text, Culture.DateTimeFormat.MonthNames, ref at, out var month) || ReadName(text, Culture.DateTimeFormat.AbbreviatedMonthNames, ref at, out month))
                {
                    fields.Month = month + 1;
                    return true;
                }

                return false;
            case 'z' or 'Z' or 'X':
                return ReadZone(text, letter, fields, ref at);
        }

        var from = at;
        if (!ReadNumber(text, isTight ? count : int.MaxValue, isTight, ref at, out var number))
        {
            return false;
        }

        fields.Set(letter, number, isShortYear: letter == 'y' && count <= 2 && at - from == 2);
        return true;
    }

    private static bool ReadNumber(string text, int most, bool isTight, ref int at, out long number)
    {
        number = 0;
        var from = at;
        var isNegative = !isTight && at + 1 < text.Length && text[at] == '-' && char.IsAsciiDigit(text[at + 1]);
        if (isNegative)
        {
            at++;
        }

        var digits = 0;
        while (at < text.Length && digits < most && digits < 15 && char.IsAsciiDigit(text[at]))
        {
            number = (number * 10) + text[at++] - '0';
            digits++;
        }

        if (digits == 0 || (isTight && from + most > text.Length))
        {
            return false;
        }

        number = isNegative ? -number : number;
        return true;
    }

    private static bool ReadName(string text, string[] names, ref int at, out int index)
    {
        index = -1;
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Length > 0 && (index < 0 || names[i].Length > names[index].Length)
                && string.Compare(text, at, names[i], 0, names[i].Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                index = i;
            }
        }

        at += index < 0 ? 0 : names[index].Length;
        return index >= 0;
    }

    private static bool ReadZone(string text, char letter, Fields fields, ref int at)
    {
        if (letter == 'X' && at < text.Length && text[at] == 'Z')
        {
            at++;
            fields.Zone = TimeZoneInfo.Utc;
            return true;
        }

        var start = at;
        if (string.CompareOrdinal(text, at, "GMT", 0, 3) == 0)
        {
            at += 3;
        }

        if (TimeZones.TryOffset(text, ref at, out var minutes))
        {
            fields.OffsetMinutes = minutes;
            return true;
        }

        at = start;
        if (TimeZones.Read(text, ref at) is not { } zone)
        {
            return false;
        }

        fields.Zone = zone;
        return true;
    }

    private sealed class Fields(DateTimeOffset now)
    {
        public int Era = 1;
        public int Half = -1;
        private long _year = 1970;
        private long? _dayOfYear;
        private long? _halfHour;
        private long _day = 1;
        private long _hour;
        private long _minute;
        private long _second;
        private long _milli;

        public required TimeZoneInfo Zone { get; set; }

        public int? OffsetMinutes { get; set; }

        public long Month { get; set; } = 1;

        public void Set(char letter, long number, bool isShortYear)
        {
            switch (letter)
            {
                case 'y' or 'Y':
                    _year = isShortYear ? Century(number) : number;
                    break;
                case 'M' or 'L':
                    Month = number;
                    break;
                case 'd':
                    _day = number;
                    break;
                case 'D':
                    _dayOfYear = number;
                    break;
                case 'H':
                    _hour = number;
                    break;
                case 'k':
                    _hour = number == 24 ? 0 : number;
                    break;
                case 'h':
                    _halfHour = number == 12 ? 0 : number;
                    break;
                case 'K':
                    _halfHour = number;
                    break;
                case 'm':
                    _minute = number;
                    break;
                case 's':
                    _second = number;
                    break;
                case 'S':
                    _milli = number;
                    break;
            }
        }

        public long? ToInstant(bool lenient)
        {
            var hour = _halfHour is { } half ? half + (Half == 1 ? 12 : 0) : _hour;
            var year = Era == 0 ? 1 - _year : _year;
            var time = _dayOfYear is { } day
                ? new CivilTime(year, 1, day, hour, _minute, _second, _milli)
                : new CivilTime(year, Month, _day, hour, _minute, _second, _milli);
            if (!lenient && (_dayOfYear is null ? CivilTime.FromLocal(time.LocalMillis) != time : _dayOfYear > 366))
            {
                return null;
            }

            return OffsetMinutes is { } minutes ? time.LocalMillis - (minutes * 60_000L) : time.ToInstant(Zone);
        }

        private long Century(long number)
        {
            var first = now.Year - 80;
            var year = (first / 100 * 100) + number;
            return year < first ? year + 100 : year;
        }
    }
}
