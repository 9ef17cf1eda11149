namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// How far the walk over what is kept beside messages has come, so that rows that cannot be rewritten are not met again. A step that the database undid
/// begins at the same place once more.
/// </summary>
internal sealed record PgStatePlace
{
    /// <summary>The sequence of the last state changes.</summary>
    internal long Changes { get; init; } = -1;

    /// <summary>The hash of the last map key.</summary>
    internal byte[] MapKey { get; init; } = [];

    /// <summary>The number of the last once-key.</summary>
    internal long Taken { get; init; } = -1;

    /// <summary>The name of the last document.</summary>
    internal string Document { get; init; } = "";

    /// <summary>How many rows were passed over, because they are damaged.</summary>
    internal long Damaged { get; init; }

    /// <summary>What could be opened of some rows. The others stay as they are: whoever reads them, and verify, is told; nothing is gained by writing damage anew.</summary>
    internal static List<TOpened> Opened<TRow, TOpened>(List<TRow> rows, Func<TRow, TOpened> open)
    {
        var opened = new List<TOpened>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                opened.Add(open(row));
            }
            catch (InvalidDataException)
            {
                // Its place is passed and counted by the caller.
                continue;
            }
        }

        return opened;
    }
}
