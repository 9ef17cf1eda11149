using ChannelHost.Storage.Pruning;

namespace ChannelHost.Storage.Messages.Removal;

/// <summary>
/// One run of pruning over a store. It reads beside the traffic, archives what the channel wants archived, and only then lets the writer remove it, in small steps.
/// It may end anywhere: the next run finds what is left.
/// </summary>
internal sealed class MessagePruning(MessageStore store, PruningRules rules, MessageArchiving? archiving, TimeProvider time)
{
    // What is archived in one file before it is removed.
    private const int Portion = 5_000;

    // So many free pages may stay, for the next messages: what returns to the file system now is asked back in a minute.
    private const long FreePages = 256;
    private const int FreeShare = 50;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(50);
    private const int ScrubTries = 20;
    private readonly PruneStep _step = new();
    private readonly List<PruneItem> _due = [];
    private int _gone;
    private bool _hasRemoved;

    /// <summary>Removes all that is due. Gives how many messages are gone.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ByAgeAsync(cancellationToken);
            await ByCountAsync(cancellationToken);
            if (_gone > 0)
            {
                await store.RunAsync(tables => BlockIndex.Forget(tables.Database));
            }

            await ShrinkAsync(cancellationToken);
        }
        finally
        {
            // However it ended: what is gone must not stay readable in the log.
            if (_hasRemoved)
            {
                store.AskForCleanLog();
            }
        }

        await ScrubAsync();
        return _gone;
    }

    private async Task ByAgeAsync(CancellationToken cancellationToken)
    {
        if (!rules.ByAge)
        {
            return;
        }

        var block = -1L;
        while (store.Read(reader => PruneLook.NextBlock(reader.Database, block, rules)) is { } next)
        {
            block = next;
            _due.AddRange(store.Read(reader => PruneLook.ByAge(reader.Database, block, rules)));
            if (_due.Count >= Portion)
            {
                await RemoveDueAsync(cancellationToken);
            }
        }

        await RemoveDueAsync(cancellationToken);
    }

    private async Task ByCountAsync(CancellationToken cancellationToken)
    {
        if (rules.Maximum is not { } maximum)
        {
            return;
        }

        var counted = store.SourceCount() - store.Read(reader => PruneLook.NotCounted(reader.Database, reader.Names.All(NameKind.Destination).Select(name => name.Number).ToList()));
        var excess = counted - maximum;
        long from = 0;
        while (excess > 0 && store.Read(reader => PruneLook.FirstFrom(reader.Database, from)) is { } first)
        {
            var to = first + (1 << BlockIndex.Bits);
            _due.AddRange(store.Read(reader => PruneLook.Oldest(reader.Database, first, to, excess)));
            excess -= _due.Count;
            await RemoveDueAsync(cancellationToken);
            from = to;
        }
    }

    private async Task RemoveDueAsync(CancellationToken cancellationToken)
    {
        if (archiving is not null && _due.Count > 0)
        {
            // What could not be archived because it is damaged stays in the store.
            var archived = archiving.Write(_due);
            _due.RemoveAll(item => !archived.Contains(item.Id));
        }

        if (_due.Count == 0)
        {
            return;
        }

        store.ForgetTexts(_due);
        _hasRemoved = true;
        try
        {
            await RemoveAsync(cancellationToken);
        }
        finally
        {
            // An index that was made while they went may hold them still.
            store.ForgetTexts(_due);
            _due.Clear();
        }

        await ShrinkAsync(cancellationToken);
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        for (var at = 0; at < _due.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var few = _due.GetRange(at, Math.Min(_step.Together, _due.Count - at));
            var began = time.GetTimestamp();
            _gone += await store.RunAsync(tables => PruneStep.Remove(tables, few));
            at += few.Count;
            if (at < _due.Count)
            {
                var took = time.GetElapsedTime(began);
                _step.Removed(took);
                await RestAsync(took, cancellationToken);
            }
        }
    }

    // Between portions, not once at the end: SQLite looks through its list of free pages for each page that it gives back, so that a million of them cost milliseconds each.
    private async Task ShrinkAsync(CancellationToken cancellationToken)
    {
        var keep = Math.Max(FreePages, store.Read(reader => reader.Database.Number("PRAGMA page_count")) / FreeShare);
        var free = store.Read(reader => reader.Database.Number("PRAGMA freelist_count"));
        while (free > keep)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = time.GetTimestamp();
            free = await store.RunAsync(tables => _step.Shrink(tables.Database));
            var took = time.GetElapsedTime(began);
            _step.Shrunk(took);
            await RestAsync(took, cancellationToken);
        }
    }

    // Half of the time at least the disk belongs to those who wait for it.
    private Task RestAsync(TimeSpan took, CancellationToken cancellationToken) =>
        Task.Delay(took < LongestRest ? took : LongestRest, time, cancellationToken);

    // The log still holds what was removed (or what a run that was killed has removed), until it is begun anew and what lies behind its end is overwritten. Each commit is a
    // chance, also those of the traffic.
    private async Task ScrubAsync()
    {
        for (var tries = 0; tries < ScrubTries && !store.IsLogClean; tries++)
        {
            await store.CommitNothingAsync();
        }
    }
}
