namespace ChannelHost.Storage.Messages;

/// <summary>
/// Gives out message ids. The file holds a ceiling below which all ids count as given, raised in steps with the commits that happen anyway;
/// after a crash numbering goes on above it, so an id that was given but never stored is not given again.
/// </summary>
internal sealed class IdSequence
{
    private const long Step = 10_000;
    private const long Margin = Step / 2;
    private long _last;
    private long _ceiling;

    /// <summary>The last id given.</summary>
    internal long Last => Volatile.Read(ref _last);

    internal void StartAfter(long last)
    {
        Volatile.Write(ref _last, last);
        Volatile.Write(ref _ceiling, last);
    }

    /// <summary>The next id; false when the ceiling must be raised first, after which the id may be used.</summary>
    internal bool TryNext(out long id)
    {
        id = Interlocked.Increment(ref _last);
        return IsCovered(id);
    }

    internal bool IsCovered(long id) => id <= Volatile.Read(ref _ceiling);

    /// <summary>The ceiling that the next commit writes.</summary>
    internal long CeilingToWrite()
    {
        var last = Last;
        var ceiling = Volatile.Read(ref _ceiling);
        return last + Margin > ceiling ? last + Step : ceiling;
    }

    /// <summary>Lowers the ceiling to the last id given, which it returns: ids given from here on wait until it is raised.</summary>
    internal long Uncover()
    {
        // First nothing is covered, then the last id is read: whoever found its id covered before had counted it already.
        Interlocked.Exchange(ref _ceiling, 0);
        return Last;
    }

    internal void Raise(long ceiling) => Volatile.Write(ref _ceiling, ceiling);
}
