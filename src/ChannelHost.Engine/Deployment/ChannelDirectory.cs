using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Deployment;

/// <summary>
/// What scripts know of channels and ask of them. A request is taken down and carried out later, by a task of its own: a script that stops its own channel would
/// else wait for itself.
/// </summary>
internal sealed partial class ChannelDirectory : IChannelDirectory, IAsyncDisposable
{
    private const int MostWaiting = 256;

    private readonly ChannelEngine _engine;
    private readonly ILogger _logger;
    private readonly Channel<(string Channel, ChannelRequest Request)> _requests = System.Threading.Channels.Channel.CreateBounded<(string, ChannelRequest)>(MostWaiting);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _worker;

    public ChannelDirectory(ChannelEngine engine, ILogger logger)
    {
        _engine = engine;
        _logger = logger;
        _worker = new Lazy<Task>(() => Task.Run(WorkAsync));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ChannelEntry> Channels => _engine.Entries();

    /// <inheritdoc/>
    public bool Request(string channel, ChannelRequest request)
    {
        if (_engine.NameOf(channel) is not { } name || !_requests.Writer.TryWrite((name, request)))
        {
            return false;
        }

        _ = _worker.Value;
        return true;
    }

    /// <summary>Carries nothing more out.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_worker.IsValueCreated)
        {
            await _worker.Value.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var (channel, request) in _requests.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
        {
            try
            {
                Log.Asked(_logger, channel, request);
                await _engine.CarryOutAsync(channel, request, _stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                // One request that cannot be carried out must not keep the others waiting; the channel's status says what is wrong with it.
                Log.NotCarriedOut(_logger, channel, request, exception.GetType().Name, exception.StackTrace);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2016, Level = LogLevel.Information, Message = "{Channel}: a script asks for {Request}")]
        public static partial void Asked(ILogger logger, string channel, ChannelRequest request);

        [LoggerMessage(EventId = 2017, Level = LogLevel.Error, Message = "{Channel}: a script's request for {Request} could not be carried out because of an unexpected {Failure}\n{Trace}")]
        public static partial void NotCarriedOut(ILogger logger, string channel, ChannelRequest request, string failure, string? trace);
    }
}
