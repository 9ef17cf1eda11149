using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>A few connections for readers, opened when needed. Readers see everything that is committed and never wait for the writer.</summary>
internal sealed class ReadConnections(string path, NameTable names, ContentCodec codec, TimeProvider time) : IDisposable
{
    private const int Most = 4;
    private const int KeptIdle = 2;

    // A search may read for seconds; the engine must find a connection all the same.
    private const int MostSearches = 2;
    private readonly SemaphoreSlim _free = new(Most);
    private readonly SemaphoreSlim _searches = new(MostSearches);
    private readonly Lock _pausing = new();
    private readonly Lock _gate = new();
    private readonly Stack<MessageReader> _idle = new();
    private readonly HashSet<MessageReader> _active = [];
    private bool _closed;
    private volatile bool _isPausing;

    /// <summary>True while somebody wants all connections closed: whoever reads for long gives up.</summary>
    internal bool IsPausing => _isPausing;

    /// <summary>Takes a place among those who search for people, which <see cref="EndSearch"/> gives back; false when none was free in that time.</summary>
    internal bool TryBeginSearch(TimeSpan patience) => _searches.Wait(patience);

    internal void EndSearch() => _searches.Release();

    /// <summary>Reads with a connection of its own, in one snapshot.</summary>
    internal T Read<T>(Func<MessageReader, T> read)
    {
        var reader = Borrow();
        var isGood = false;
        try
        {
            var result = read(reader);
            reader.End();
            isGood = true;
            return result;
        }
        finally
        {
            Return(reader, isGood);
        }
    }

    /// <summary>A connection of its own, in a transaction that has read nothing yet.</summary>
    internal MessageReader Borrow()
    {
        _free.Wait();
        MessageReader? reader = null;
        try
        {
            reader = Take();
            reader.Begin();
            return reader;
        }
        catch
        {
            Drop(reader);
            _free.Release();
            throw;
        }
    }

    /// <summary>Gives a connection back whose transaction was ended; after an error it may be in any state, and the next reader gets a new one.</summary>
    internal void Return(MessageReader reader, bool isGood)
    {
        if (isGood)
        {
            Keep(reader);
        }
        else
        {
            Drop(reader);
        }

        _free.Release();
    }

    /// <summary>Reads like <see cref="Read{T}(Func{MessageReader, T})"/>, and is interrupted when it takes longer than that.</summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    internal T Read<T>(Func<MessageReader, T> read, TimeSpan limit)
    {
        try
        {
            return Read(reader =>
            {
                using var timer = time.CreateTimer(_ => Interrupt(reader), null, limit, Timeout.InfiniteTimeSpan);
                return read(reader);
            });
        }
        catch (SqliteFailure failure) when (failure.Code == NativeSqlite.Interrupt)
        {
            throw new TimeoutException($"it took longer than {limit.TotalSeconds:0} s", failure);
        }
    }

    /// <summary>Interrupts those who read, closes all connections, and keeps new readers waiting until <see cref="Resume"/>.</summary>
    internal void Pause()
    {
        _pausing.Enter();
        _isPausing = true;
        for (var taken = 0; taken < Most; taken++)
        {
            while (!_free.Wait(TimeSpan.FromMilliseconds(50)))
            {
                InterruptAll();
            }
        }

        CloseIdle();
    }

    /// <summary>Closes all connections unless somebody reads. True: new readers wait until <see cref="Resume"/>.</summary>
    internal bool TryPause()
    {
        _pausing.Enter();
        for (var taken = 0; taken < Most; taken++)
        {
            if (!_free.Wait(0))
            {
                if (taken > 0)
                {
                    _free.Release(taken);
                }

                _pausing.Exit();
                return false;
            }
        }

        CloseIdle();
        return true;
    }

    internal void Resume()
    {
        _isPausing = false;
        _free.Release(Most);
        _pausing.Exit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pause();
        lock (_gate)
        {
            _closed = true;
        }

        Resume();
    }

    private MessageReader Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_idle.TryPop(out var reader))
            {
                reader = MessageReader.Open(path, names, codec);
            }

            _active.Add(reader);
            return reader;
        }
    }

    private void Keep(MessageReader reader)
    {
        lock (_gate)
        {
            _active.Remove(reader);
            if (_idle.Count < KeptIdle)
            {
                _idle.Push(reader);
                return;
            }

            reader.Dispose();
        }
    }

    private void Drop(MessageReader? reader)
    {
        if (reader is not null)
        {
            lock (_gate)
            {
                _active.Remove(reader);
                reader.Dispose();
            }
        }
    }

    // Only under the lock: a connection that is closed meanwhile must not be touched.
    private void Interrupt(MessageReader reader)
    {
        lock (_gate)
        {
            if (_active.Contains(reader))
            {
                reader.Database.Interrupt();
            }
        }
    }

    private void InterruptAll()
    {
        lock (_gate)
        {
            foreach (var reader in _active)
            {
                reader.Database.Interrupt();
            }
        }
    }

    private void CloseIdle()
    {
        lock (_gate)
        {
            while (_idle.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }
    }
}
