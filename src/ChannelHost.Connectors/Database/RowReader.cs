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

            var row = Row(columns);
            rows.Add(row);
            foreach (var value in row)
            {
                bytes += PlainValue.SizeOf(value);
            }
        }

        return bytes > limits.Bytes && reading == RowReading.All ? throw TooLarge(bytes) : (new RowSet(columns, rows), false);
    }

    private object?[] Row((string Label, string TypeName)[] columns)
    {
        var row = new object?[columns.Length];
        for (var i = 0; i < row.Length; i++)
        {
            try
            {
                row[i] = PlainValue.Of(reader.GetValue(i), zone);
            }
            catch (Exception e) when (e is InvalidCastException or OverflowException or ArgumentException or FormatException)
            {
                var told = $"A value of the column {columns[i].Label} ({columns[i].TypeName}) of {target.Where} does not fit any type here; select it as text (cast).";
                throw new DatabaseFaultException(DatabaseFaultKind.Rejected, told, told, e);
            }
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
