using System.Net;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Http;

/// <summary>Takes requests on a path of a listener that it may share with other channels.</summary>
internal sealed partial class HttpSource(HttpSourceOptions options, SharedListeners listeners, ConnectorContext context) : ISource
{
    private readonly RequestsInFlight _inFlight = new();
    private IMessageReceiver? _receiver;
    private SharedListener? _listener;
    private HttpRoute? _route;
    private bool _isStopping;

    /// <summary>Where it listens; tells the port that the system chose.</summary>
    public IPEndPoint? LocalEndPoint => _listener?.LocalEndPoint;

    public async Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        var route = Route(options);
        _listener = await listeners.JoinAsync(ListenerSettings.From(options), route, context, cancellationToken);
        _route = route;
        if (options is { Auth: not null, Tls: null } && !IPAddress.IsLoopback(_listener.LocalEndPoint!.Address))
        {
            Log.Readable(context.Logger, _listener.LocalEndPoint);
        }
    }

    public ValueTask<bool> TryChangeOptionsAsync(object options, CancellationToken cancellationToken)
    {
        if (options is not HttpSourceOptions changed || _listener is null || _route is null || _isStopping)
        {
            return ValueTask.FromResult(false);
        }

        var next = Route(changed);
        if (!_listener.TryReplace(_route, ListenerSettings.From(changed), next))
        {
            return ValueTask.FromResult(false);
        }

        _route = next;
        return ValueTask.FromResult(true);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        if (!await _inFlight.CloseAsync(cancellationToken))
        {
            Log.StoppedWithAnswersOpen(context.Logger);
        }

        if (Interlocked.Exchange(ref _route, null) is { } route)
        {
            await listeners.LeaveAsync(_listener!, route, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _inFlight.Dispose();
    }

    private HttpRoute Route(HttpSourceOptions settings) => RoutePath.TryParse(settings.Path, out var path)
        ? new HttpRoute(path, settings.Methods, context.Channel, new RequestIntake(settings, _receiver!, context, _inFlight, listeners.Bodies))
        : throw new ConnectorException($"Cannot take the path '{settings.Path}': wanted {RoutePath.Wanted}.");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Credentials that senders show on {EndPoint} can be read on the way: the source has auth and no tls.")]
        public static partial void Readable(ILogger logger, IPEndPoint endPoint);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped with requests whose answer was not written: their senders will send again.")]
        public static partial void StoppedWithAnswersOpen(ILogger logger);
    }
}
