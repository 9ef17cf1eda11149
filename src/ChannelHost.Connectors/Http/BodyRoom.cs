using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace ChannelHost.Connectors.Http;

/// <summary>
/// Bounds the memory of large bodies: so many connections as are allowed, each with a body as large as is allowed, would be more than a machine has. Small
/// bodies pass; a large one waits for its place, and its sender with it, because nothing is read meanwhile.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle, and a request may end after its source.")]
internal sealed class BodyRoom
{
    /// <summary>Bodies up to here need no place.</summary>
    public const int Small = 1024 * 1024;

    private const long Together = 256L * 1024 * 1024;

    private readonly SemaphoreSlim _places;

    /// <param name="largest">The largest body.</param>
    public BodyRoom(long largest)
    {
        var count = (int)Math.Max(1, Together / Math.Max(largest, Small));
        _places = new SemaphoreSlim(count, count);
    }

    /// <summary>The room of one request.</summary>
    public Ticket Open() => new(_places);

    /// <summary>A request's claim on a place; given back when disposed.</summary>
    public sealed class Ticket(SemaphoreSlim places) : IDisposable
    {
        private bool _isTaken;

        /// <summary>Takes a place when the body has grown beyond small.</summary>
        /// <exception cref="RequestRefusedException">There was none in time: the sender should come again.</exception>
        public async ValueTask TakeForAsync(long length, CancellationToken cancellationToken)
        {
            if (_isTaken || length <= Small)
            {
                return;
            }

            try
            {
                await places.WaitAsync(cancellationToken);
                _isTaken = true;
            }
            catch (OperationCanceledException e)
            {
                throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, "Too many large bodies at once. Send it again.", "body-memory", e);
            }
        }

        public void Dispose()
        {
            if (_isTaken)
            {
                _isTaken = false;
                places.Release();
            }
        }
    }
}
