namespace ChannelHost.Storage.State;

/// <summary>The first failure of the two files that make a state file. After it nothing is written to either, and nothing counts as written.</summary>
internal sealed class DiskFailure
{
    private volatile IOException? _first;

    /// <summary>True after a failure.</summary>
    internal bool Happened => _first is not null;

    /// <summary>Notes a failure; only the first one counts.</summary>
    internal void Note(IOException failure) => Interlocked.CompareExchange(ref _first, failure, null);

    /// <summary>Tells of the failure, if there was one.</summary>
    /// <exception cref="IOException">There was.</exception>
    internal void ThrowIfAny()
    {
        if (_first is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }
}
