using System.Data.Common;

namespace ChannelHost.Connectors.Database;

/// <summary>Reads one result set within its limits.</summary>
internal sealed class RowReader(DbDataReader reader, RowSetLimits limits, RowReading reading, TimeZoneInfo zone, DatabaseTarget target)
{
    public async Task<(RowSet Rows, bool IsCut)> ReadAsync(CancellationToken cancellationToken)
    {
        var columns = new (string, string)[reader.FieldCount];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = (reader.GetName(i), reader.GetDataTypeName(i));
        }

        var rows = new List<object?[]>();
        var bytes = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (rows.Count == limits.Rows || bytes > limits.Bytes)
            {
                return reading == RowReading.AsManyAsAllowed && rows.Count > 0 ? (new RowSet(columns, rows), true) : throw TooLarge(bytes);
            }

            if (Row(columns, ref bytes) is not { } row)
            {
                return reading == RowReading.AsManyAsAllowed && rows.Count > 0 ? (new RowSet(columns, rows), true) : throw TooLarge(long.MaxValue);
            }

            rows.Add(row);
        }

        return bytes > limits.Bytes && reading == RowReading.All ? throw TooLarge(bytes) : (new RowSet(columns, rows), false);
    }

    /// <summary>The current row; null when it is more than is allowed.</summary>
    private object?[]? Row((string Label, string TypeName)[] columns, ref long bytes)
    {
        var row = new object?[columns.Length];
        for (var i = 0; i < row.Length; i++)
        {
            // A single value may be larger than all that is allowed: it is asked how long it is before it is taken in.
            if (bytes > limits.Bytes || target.Driver.LengthOf(reader, i) > limits.Bytes)
            {
                return null;
            }

            try
            {
                row[i] = PlainValue.Of(reader.GetValue(i), zone);
            }
            catch (Exception e) when (e is InvalidCastException or OverflowException or ArgumentException or FormatException)
            {
                var told = $"A value of the column {columns[i].Label} ({columns[i].TypeName}) of {target.Where} does not fit any type here; select it as text (cast).";
                throw new DatabaseFaultException(DatabaseFaultKind.Rejected, told, told, e);
            }

            bytes += PlainValue.SizeOf(row[i]);
        }

        return row;
    }

    private DatabaseFaultException TooLarge(long bytes)
    {
        var told = bytes > limits.Bytes
            ? $"The result from {target.Where} holds more than {limits.Bytes:N0} bytes; select less."
            : $"The result from {target.Where} has more than {limits.Rows:N0} rows; select less.";
        return new DatabaseFaultException(DatabaseFaultKind.TooLarge, told, told);
    }
}
