namespace ChannelHost.Scripting.UserClasses.Databases;

/// <summary>Rows that a script walks through: it stands before the first one until it moves.</summary>
internal sealed class RowSetState(RowSet rows)
{
    /// <summary>Where it stands: 0 before the first row.</summary>
    public int At { get; private set; }

    /// <summary>How many rows.</summary>
    public int Count => rows.Rows.Count;

    /// <summary>All rows.</summary>
    public IReadOnlyList<object?[]> Rows => rows.Rows;

    /// <summary>The columns.</summary>
    public IReadOnlyList<(string Label, string TypeName)> Columns => rows.Columns;

    /// <summary>True when the value read last was null.</summary>
    public bool WasNull { get; private set; }

    /// <summary>Moves to a row, from 1; what lies outside is before the first or after the last. True when there is a row.</summary>
    public bool Move(int to)
    {
        At = Math.Clamp(to, 0, Count + 1);
        return At >= 1 && At <= Count;
    }

    /// <summary>The number of a column, from 1, by its label whatever its case; 0 for none.</summary>
    public int Find(string label)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Label, label, StringComparison.OrdinalIgnoreCase))
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>The value of a column, from 1, of the row it stands on.</summary>
    public object? Read(int column)
    {
        var value = rows.Rows[At - 1][column - 1];
        WasNull = value is null;
        return value;
    }
}
