using System.Globalization;
using System.Text;

namespace ChannelHost.Connectors.Database;

/// <summary>Values of a database as the few kinds that scripts and messages know: string, long, double, decimal, bool, byte[], DateTime, TimeSpan, Guid or null.</summary>
internal static class PlainValue
{
    /// <summary>One value. Instants (of kind UTC) become times of the machine's zone, as JDBC gives them.</summary>
    public static object? Of(object value, TimeZoneInfo zone) => value switch
    {
        DBNull => null,
        string or long or double or decimal or bool or byte[] or TimeSpan or Guid => value,
        int number => (long)number,
        DateTime { Kind: DateTimeKind.Utc } time when time != DateTime.MinValue && time != DateTime.MaxValue =>
            DateTime.SpecifyKind(TimeZoneInfo.ConvertTimeFromUtc(time, zone), DateTimeKind.Unspecified),
        DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Unspecified),
        short number => (long)number,
        byte number => (long)number,
        sbyte number => (long)number,
        ushort number => (long)number,
        uint number => (long)number,
        ulong number => number <= long.MaxValue ? (object)(long)number : (decimal)number,

        // By its text: the nearest double of 1.1f is 1.10000002384185791.
        float number => double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        DateOnly day => day.ToDateTime(TimeOnly.MinValue),
        TimeOnly time => time.ToTimeSpan(),
        DateTimeOffset time => $"{JdbcText.Of(time.DateTime)} {(time.Offset < TimeSpan.Zero ? '-' : '+')}{time.Offset:hh\\:mm}",
        Array list => ListText(list, zone),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>About how much room a value takes, in bytes.</summary>
    public static long SizeOf(object? value) => value switch
    {
        string text => 2L * text.Length,
        byte[] bytes => bytes.Length,
        null => 0,
        _ => 16,
    };

    /// <summary>The form in which PostgreSQL writes arrays: <c>{1,2,NULL,"a,b"}</c>.</summary>
    private static string ListText(Array list, TimeZoneInfo zone)
    {
        var text = new StringBuilder("{");
        foreach (var item in list)
        {
            if (text.Length > 1)
            {
                text.Append(',');
            }

            var plain = item is null ? null : Of(item, zone);
            text.Append(plain switch
            {
                null => "NULL",
                string word => $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
                _ => JdbcText.Of(plain),
            });
        }

        return text.Append('}').ToString();
    }
}
