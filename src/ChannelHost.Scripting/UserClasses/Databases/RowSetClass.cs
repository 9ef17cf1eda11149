using System.Globalization;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.UserClasses.Databases;

/// <summary>What a query gave: <c>while (rows.next()) rows.getString('name')</c>.</summary>
internal static class RowSetClass
{
    /// <summary>What <c>getMetaData()</c> gives.</summary>
    public static readonly UserClass MetaData = new UserClassBuilder<RowSetState>("javax.sql.rowset", "RowSetMetaDataImpl")
        .Method("getColumnCount", static (state, _) => state.Columns.Count)
        .Method("getColumnName", static (state, call) => call.Run.Text(Column(state, call).Label), 1)
        .Method("getColumnLabel", static (state, call) => call.Run.Text(Column(state, call).Label), 1)
        .Method("getColumnTypeName", static (state, call) => call.Run.Text(Column(state, call).TypeName), 1)
        .Build();

    /// <summary>The rows.</summary>
    public static readonly UserClass Type = new UserClassBuilder<RowSetState>(Packages.Server, "MirthCachedRowSet")
        .Method("next", static (state, _) => state.Move(state.At + 1))
        .Method("previous", static (state, _) => state.Move(state.At - 1))
        .Method("first", static (state, _) => state.Move(1))
        .Method("last", static (state, _) => state.Move(state.Count))
        .Method("absolute", static (state, call) => state.Move(call.Number(0) is var row && row < 0 ? state.Count + 1 + row : row), 1)
        .Method("relative", static (state, call) => state.Move(state.At + call.Number(0)), 1)
        .Method("beforeFirst", static (state, _) => Place(state, 0))
        .Method("afterLast", static (state, _) => Place(state, state.Count + 1))
        .Method("isFirst", static (state, _) => state.At == 1 && state.Count > 0)
        .Method("isLast", static (state, _) => state.At == state.Count && state.Count > 0)
        .Method("isBeforeFirst", static (state, _) => state.At == 0 && state.Count > 0)
        .Method("isAfterLast", static (state, _) => state.At > state.Count && state.Count > 0)
        .Method("getRow", static (state, _) => state.At > state.Count ? 0 : state.At)
        .Method("size", static (state, _) => state.Count)
        .Method("wasNull", static (state, _) => state.WasNull)
        .Method("findColumn", static (state, call) => Index(state, call))
        .Method("getMetaData", static (state, call) => call.Run.Classes.Wrap(MetaData, state))
        .Method("getString", static (state, call) => call.Run.Text(TextOf(state, call)), 1)
        .Method("getNString", static (state, call) => call.Run.Text(TextOf(state, call)), 1)
        .Method("getInt", static (state, call) => Math.Truncate(Number(state, call)), 1)
        .Method("getLong", static (state, call) => Math.Truncate(Number(state, call)), 1)
        .Method("getShort", static (state, call) => Math.Truncate(Number(state, call)), 1)
        .Method("getDouble", static (state, call) => Number(state, call), 1)
        .Method("getFloat", static (state, call) => Number(state, call), 1)
        .Method("getBigDecimal", static (state, call) => call.Run.FromPlain(Value(state, call)), 1)
        .Method("getBoolean", static (state, call) => Flag(Value(state, call)), 1)
        .Method("getBytes", static (state, call) => call.Run.Bytes(Bytes(Value(state, call))), 1)
        .Method("getBlob", static (state, call) => Large(state, call, binary: true), 1)
        .Method("getClob", static (state, call) => Large(state, call, binary: false), 1)
        .Method("getDate", static (state, call) => Date(state, call), 1)
        .Method("getTime", static (state, call) => Date(state, call), 1)
        .Method("getTimestamp", static (state, call) => Date(state, call), 1)
        .Method("getObject", static (state, call) => Any(state, call), 1)
        .Method("close", static (_, _) => JsValue.Undefined)
        .Text(static state => $"{state.Count} rows")
        .Plain(Plain)
        .Build();

    // Beyond it a script's kind of number is not exact.
    private const long MostExact = 1L << 53;

    private static readonly UserClass LargeObject = new UserClassBuilder<byte[]>("javax.sql.rowset.serial", "SerialLob")
        .Method("length", static (bytes, _) => bytes.Length)
        .Method("getBytes", static (bytes, call) => call.Run.Bytes(Part(bytes, call)), 2)
        .Build();

    private static readonly UserClass LargeText = new UserClassBuilder<string>("javax.sql.rowset.serial", "SerialClob")
        .Method("length", static (text, _) => text.Length)
        .Method("getSubString", static (text, call) => call.Run.Text(Part(text, call)), 2)
        .Text(static text => text)
        .Build();

    private static JsValue Place(RowSetState state, int at)
    {
        state.Move(at);
        return JsValue.Undefined;
    }

    private static (string Label, string TypeName) Column(RowSetState state, UserCall call)
    {
        var index = call.Number(0);
        return index >= 1 && index <= state.Columns.Count ? state.Columns[index - 1] : throw call.Throw("java.sql.SQLException", "Invalid column index");
    }

    private static int Index(RowSetState state, UserCall call)
    {
        if (call[0] is JsNumber number)
        {
            var index = TypeConverter.ToInt32(number);
            return index >= 1 && index <= state.Columns.Count ? index : throw call.Throw("java.sql.SQLException", "Invalid column index");
        }

        var label = call.Text(0);
        return state.Find(label) is var found and > 0 ? found : throw call.Throw("java.sql.SQLException", $"Column Not Found: {label}");
    }

    private static object? Value(RowSetState state, UserCall call) => state.At >= 1 && state.At <= state.Count
        ? state.Read(Index(state, call))
        : throw call.Throw("java.sql.SQLException", "Invalid cursor position: call next() before reading.");

    private static string? TextOf(RowSetState state, UserCall call)
    {
        var value = Value(state, call);
        return value is DateTime && IsDay(state.Columns[Index(state, call) - 1].TypeName) ? Day(value) : Text(value);
    }

    /// <summary>All rows as objects, by label in lower case: what a source makes messages of when a script returns a row set.</summary>
    private static List<object?> Plain(RowSetState state)
    {
        var all = new List<object?>(state.Count);
        foreach (var row in state.Rows)
        {
            var entries = new Dictionary<string, object?>(row.Length, StringComparer.Ordinal);
            for (var i = 0; i < row.Length; i++)
            {
                var (label, typeName) = state.Columns[i];
                entries.TryAdd(label.ToLowerInvariant(), row[i] switch
                {
                    null or string or bool or double or byte[] => row[i],
                    long number and >= -MostExact and <= MostExact => (double)number,
                    DateTime when IsDay(typeName) => Day(row[i]),
                    _ => Text(row[i]),
                });
            }

            all.Add(entries);
        }

        return all;
    }

    private static bool IsDay(string typeName) => typeName.Equals("date", StringComparison.OrdinalIgnoreCase);

    private static string Day(object? value) => ((DateTime)value!).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        byte[] bytes => Values.HostBytes.Text(bytes),
        DateTime { TimeOfDay.Ticks: 0, Kind: DateTimeKind.Unspecified } day => day.ToString("yyyy-MM-dd HH:mm:ss.0", CultureInfo.InvariantCulture),
        DateTime at => at.ToString("yyyy-MM-dd HH:mm:ss.", CultureInfo.InvariantCulture) + Fraction(at),
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    // As JDBC writes it: no zeros at the end, but one digit at least.
    private static string Fraction(DateTime at)
    {
        var digits = (at.Ticks % TimeSpan.TicksPerSecond).ToString("0000000", CultureInfo.InvariantCulture).TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static double Number(RowSetState state, UserCall call) => Value(state, call) switch
    {
        null => 0,
        bool flag => flag ? 1 : 0,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw call.Throw("java.sql.SQLException", "The value of the column is no number."),
        IConvertible other and not DateTime => other.ToDouble(CultureInfo.InvariantCulture),
        _ => throw call.Throw("java.sql.SQLException", "The value of the column is no number."),
    };

    private static bool Flag(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text is "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("t", StringComparison.OrdinalIgnoreCase),
        IConvertible number and not DateTime => number.ToDouble(CultureInfo.InvariantCulture) != 0,
        _ => false,
    };

    private static byte[]? Bytes(object? value) => value switch
    {
        null => null,
        byte[] bytes => bytes,
        _ => System.Text.Encoding.UTF8.GetBytes(Text(value)!),
    };

    private static JsValue Large(RowSetState state, UserCall call, bool binary)
    {
        var value = Value(state, call);
        return value is null ? JsValue.Null
            : binary ? call.Run.Classes.Wrap(LargeObject, Bytes(value)!)
            : call.Run.Classes.Wrap(LargeText, Text(value)!);
    }

    private static byte[] Part(byte[] bytes, UserCall call)
    {
        var start = Math.Clamp(call.Has(0) ? call.Number(0) - 1 : 0, 0, bytes.Length);
        return bytes[start..Math.Min(bytes.Length, start + Math.Max(0, call.Has(1) ? call.Number(1) : bytes.Length - start))];
    }

    private static string Part(string text, UserCall call)
    {
        var start = Math.Clamp(call.Has(0) ? call.Number(0) - 1 : 0, 0, text.Length);
        return text[start..Math.Min(text.Length, start + Math.Max(0, call.Has(1) ? call.Number(1) : text.Length - start))];
    }

    private static JsValue Date(RowSetState state, UserCall call) => Value(state, call) switch
    {
        null => JsValue.Null,
        DateTime at => call.Run.FromPlain(new DateValue(Instant(at, call), IsJava: true)),
        string text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) =>
            call.Run.FromPlain(new DateValue(Instant(at, call), IsJava: true)),
        _ => throw call.Throw("java.sql.SQLException", "The value of the column is no date."),
    };

    private static DateTimeOffset Instant(DateTime at, UserCall call) => at.Kind == DateTimeKind.Unspecified
        ? new DateTimeOffset(at, call.Run.Environment.Time.LocalTimeZone.GetUtcOffset(at))
        : new DateTimeOffset(at);

    private static JsValue Any(RowSetState state, UserCall call) => Value(state, call) switch
    {
        DateTime at => call.Run.FromPlain(new DateValue(Instant(at, call), IsJava: true)),
        long or double or decimal or int or float or short or byte => Number(state, call),
        TimeSpan or Guid => call.Run.Text(Text(Value(state, call))),
        var value => call.Run.FromPlain(value),
    };
}
