using Microsoft.AspNetCore.Http;

namespace ChannelHost.Connectors.Http;

/// <summary>
/// Bounds the memory of all bodies of one host together: so many connections as are allowed, each with a body as large as is allowed, would be more than a machine has.
/// Small bodies are counted as they come and refused beyond the budget. A large one waits, and its sender with it, because nothing is read meanwhile; it
/// takes the most that it may become at once: two that grow step by step would wait for each other.
/// </summary>
/// <param name="large">How many bytes large bodies may have together.</param>
/// <param name="small">How many bytes small ones, and the beginnings of large ones that wait, may have together.</param>
internal sealed class BodyRoom(long large = BodyRoom.Together, long small = BodyRoom.Together)
{
    /// <summary>Bodies up to here are small.</summary>
    public const int Small = 1024 * 1024;

    private const long Together = 256L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Turn> _waiting = [];
    private readonly long _large = large;
    private long _freeLarge = large;
    private long _freeSmall = small;

    /// <summary>The room of one request.</summary>
    /// <param name="largest">The most that its body may become.</param>
    public Ticket Open(long largest) => new(this, Math.Clamp(largest, Small, _large));

    private async ValueTask TakeLargeAsync(long bytes, CancellationToken cancellationToken)
    {
        Turn turn;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _freeLarge >= bytes)
            {
                _freeLarge -= bytes;
                return;
            }

            _waiting.AddLast(turn = new Turn(bytes));
        }

        try
        {
            await turn.Come.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // When the turn came meanwhile, it goes to the next.
            GiveBackLarge(Withdraw(turn) ? 0 : bytes);
            throw;
        }
    }

    private bool Withdraw(Turn turn)
    {
        lock (_gate)
        {
            return _waiting.Remove(turn);
        }
    }

    private void GiveBackLarge(long bytes)
    {
        lock (_gate)
        {
            _freeLarge += bytes;
            while (_waiting.First is { } next && _freeLarge >= next.Value.Bytes)
            {
                _freeLarge -= next.Value.Bytes;
                _waiting.RemoveFirst();
                next.Value.Come.SetResult();
            }
        }
    }

    private bool TryTakeSmall(long bytes)
    {
        lock (_gate)
        {
            if (_freeSmall < bytes)
            {
                return false;
            }

            _freeSmall -= bytes;
            return true;
        }
    }

    private void GiveBackSmall(long bytes)
    {
        lock (_gate)
        {
            _freeSmall += bytes;
        }
    }

    private sealed class Turn(long bytes)
    {
        public long Bytes => bytes;

        public TaskCompletionSource Come { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A request's claim; given back when disposed.</summary>
    public sealed class Ticket(BodyRoom room, long largest) : IDisposable
    {
        private long _small;
        private bool _isLarge;

        /// <summary>Makes room for a body that has grown to this length.</summary>
        /// <exception cref="RequestRefusedException">There was none, or none in time: the sender should come again.</exception>
        public async ValueTask TakeForAsync(long length, CancellationToken cancellationToken)
        {
            if (_isLarge || length <= _small)
            {
                return;
            }

            if (length <= Small)
            {
                _small = room.TryTakeSmall(length - _small) ? length : throw Refused("Too many bodies at once. Send it again.");
                return;
            }

            try
            {
                await room.TakeLargeAsync(largest, cancellationToken);
                _isLarge = true;
            }
            catch (OperationCanceledException e)
            {
                throw Refused("Too many large bodies at once. Send it again.", e);
            }

            room.GiveBackSmall(_small);
            _small = 0;
        }

        public void Dispose()
        {
            room.GiveBackSmall(_small);
            _small = 0;
            if (_isLarge)
            {
                _isLarge = false;
                room.GiveBackLarge(largest);
            }
        }

        private static RequestRefusedException Refused(string reason, Exception? cause = null) =>
            new(StatusCodes.Status503ServiceUnavailable, reason, "body-memory", cause);
    }
}
