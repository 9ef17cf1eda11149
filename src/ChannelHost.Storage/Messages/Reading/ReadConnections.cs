namespace ChannelHost.Storage.Messages.Reading;

/// <summary>A few connections for readers, opened when needed. Readers see everything that is committed and never wait for the writer.</summary>
internal sealed class ReadConnections(string path, NameTable names) : IDisposable
{
    private const int Most = 4;
    private const int KeptIdle = 2;
    private readonly SemaphoreSlim _free = new(Most);
    private readonly Lock _pausing = new();
    private readonly Stack<MessageReader> _idle = new();
    private bool _closed;

    /// <summary>Reads with a connection of its own, in one snapshot.</summary>
    internal T Read<T>(Func<MessageReader, T> read)
    {
        _free.Wait();
        MessageReader? reader = null;
        try
        {
            reader = Take();
            reader.Begin();
            var result = read(reader);
            reader.End();
            Keep(reader);
            return result;
        }
        catch
        {
            // After an error a connection may be in any state; the next reader gets a new one.
            reader?.Dispose();
            throw;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for those who read, closes all connections, and keeps new readers waiting until <see cref="Resume"/>.</summary>
    internal void Pause()
    {
        _pausing.Enter();
        for (var taken = 0; taken < Most; taken++)
        {
            _free.Wait();
        }

        lock (_idle)
        {
            while (_idle.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }
    }

    internal void Resume()
    {
        _free.Release(Most);
        _pausing.Exit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pause();
        _closed = true;
        Resume();
    }

    private MessageReader Take()
    {
        lock (_idle)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_idle.TryPop(out var reader))
            {
                return reader;
            }
        }

        return MessageReader.Open(path, names);
    }

    private void Keep(MessageReader reader)
    {
        lock (_idle)
        {
            if (_idle.Count < KeptIdle)
            {
                _idle.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }
}
