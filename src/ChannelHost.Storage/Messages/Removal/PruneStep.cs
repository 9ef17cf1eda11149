using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Pruning;

namespace ChannelHost.Storage.Messages.Removal;

/// <summary>
/// A few removals in one transaction of the writer. Intake waits behind them, so their number follows the time they take, the commit included: what is removed is overwritten, and
/// its pages are most of the work.
/// Used by one pruning at a time.
/// </summary>
internal sealed class PruneStep
{
    private static readonly TimeSpan Aim = TimeSpan.FromMilliseconds(1.5);
    private const int Most = 1_000;
    private const int Fewest = 16;
    private const int MostPages = 1_024;
    private const int FewestPages = 16;

    private int _together = 64;
    private int _pages = 64;

    /// <summary>How many removals the next step should have.</summary>
    internal int Together => _together;

    /// <summary>
    /// Removes what is still as it was when it was looked at. A damaged message stays, for people to see. Gives how many are gone.
    /// </summary>
    internal static int Remove(MessageTables tables, IReadOnlyList<PruneItem> items)
    {
        var gone = 0;
        foreach (var item in items)
        {
            if (tables.Message(item.Id) is not { IsSound: true } message)
            {
                continue;
            }

            var destinations = tables.DestinationsOf(item.Id);
            if (!IsFinished(message, destinations) || tables.StampOf(item.Id) != item.Stamp)
            {
                continue;
            }

            if (item.Verdict == PruningVerdict.Goes)
            {
                tables.Remove(message, destinations);
                CrashPoints.Pass("pruning");
                gone++;
            }
            else
            {
                tables.DropContents(item.Id);
            }
        }

        return gone;
    }

    /// <summary>Gives some free pages back to the file system. Gives how many are still free.</summary>
    internal long Shrink(SqliteDatabase database)
    {
        database.Execute($"PRAGMA incremental_vacuum({_pages})");
        CrashPoints.Pass("shrinking");
        return database.Number("PRAGMA freelist_count");
    }

    /// <summary>A step of <see cref="Together"/> removals took so long, with its commit.</summary>
    internal void Removed(TimeSpan took) => _together = Follow(_together, took, Fewest, Most);

    /// <summary>A step of giving pages back took so long, with its commit.</summary>
    internal void Shrunk(TimeSpan took) => _pages = Follow(_pages, took, FewestPages, MostPages);

    private static bool IsFinished(MessageRow message, List<DestinationRow> destinations)
    {
        Span<MessageStatus> statuses = destinations.Count <= 64 ? stackalloc MessageStatus[destinations.Count] : new MessageStatus[destinations.Count];
        for (var index = 0; index < destinations.Count; index++)
        {
            if (!destinations[index].IsSound)
            {
                return false;
            }

            statuses[index] = destinations[index].Status;
        }

        return PruningRules.IsFinished(message.Status, statuses);
    }

    // At most doubled and at least halved each time: one slow disk write is no measure.
    private static int Follow(int count, TimeSpan took, int fewest, int most) =>
        Math.Clamp((int)(count * Math.Clamp(Aim / (took + TimeSpan.FromMicroseconds(1)), 0.5, 2)), fewest, most);
}
