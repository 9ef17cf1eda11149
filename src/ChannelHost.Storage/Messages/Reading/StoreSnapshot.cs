using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>
/// A message store as of one commit, for as long as this is not disposed. The log cannot be begun anew meanwhile and grows with what is committed, so this is for
/// copying and not for keeping.
/// </summary>
internal sealed class StoreSnapshot : IDisposable
{
    private readonly ReadConnections _readers;
    private readonly MessageReader _reader;

    private StoreSnapshot(ReadConnections readers, MessageReader reader, long commits)
    {
        _readers = readers;
        _reader = reader;
        Commits = commits;
    }

    /// <summary>The number of the commit.</summary>
    internal long Commits { get; }

    internal static StoreSnapshot Take(ReadConnections readers)
    {
        var reader = readers.Borrow();
        try
        {
            // The first read decides on the commit.
            return new StoreSnapshot(readers, reader, reader.Database.Number("SELECT commits FROM progress"));
        }
        catch
        {
            readers.Return(reader, isGood: false);
            throw;
        }
    }

    /// <summary>Copies it.</summary>
    /// <param name="target">A connection to an empty file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">The store is being closed, or opened anew after a failure.</exception>
    internal void CopyTo(SqliteDatabase target, CancellationToken cancellationToken) => _reader.Database.CopyTo(target, () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_readers.IsPausing)
        {
            throw new IOException("the store was being closed, or opened anew after a failure, while it was copied. Next: ask again");
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _readers.Return(_reader, isGood: false);
}
