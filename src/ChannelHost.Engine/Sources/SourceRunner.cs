using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Sources;

/// <summary>Starts a source and, when it cannot start (port taken, folder missing), tries again until it can or the channel stops.</summary>
internal sealed partial class SourceRunner(string channel, SourceDefinition definition, ISource source, IMessageReceiver receiver, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task _retrying = Task.CompletedTask;

    /// <summary>What the file says.</summary>
    public SourceDefinition Definition { get; private set; } = definition;

    /// <summary>True when it takes messages.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Why it could not start; null when it did.</summary>
    public string? Reason { get; private set; }

    /// <summary>Makes the first attempt; when it fails, the next ones follow by themselves.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await TryStartAsync(cancellationToken).ConfigureAwait(false))
        {
            _retrying = Task.Run(RetryAsync, CancellationToken.None);
        }
    }

    /// <summary>Takes over changed settings without closing the listener; false when the source must be started anew.</summary>
    public async ValueTask<bool> TryChangeAsync(SourceDefinition next, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(next.Connector, Definition.Connector) && next.Connector.Type != Definition.Connector.Type)
        {
            return false;
        }

        if (!OptionsComparison.AreEqual(next.Options, Definition.Options)
            && (!IsStarted || !await source.TryChangeOptionsAsync(next.Options, cancellationToken).ConfigureAwait(false)))
        {
            return false;
        }

        Definition = next;
        return true;
    }

    /// <summary>Takes no more messages; those handed over get their answer until the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _retrying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await source.StopAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        IsStarted = false;
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RetryAsync()
    {
        var pause = FirstPause;
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(false);
            if (await TryStartAsync(_stopping.Token).ConfigureAwait(false))
            {
                Log.StartedAtLast(logger, channel);
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await source.StartAsync(receiver, cancellationToken).ConfigureAwait(false);
            IsStarted = true;
            Reason = null;
            return true;
        }
        catch (ConnectorException exception)
        {
            if (Reason != exception.Message)
            {
                Log.CannotStart(logger, channel, exception.Message);
            }

            Reason = exception.Message;
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "{Channel}: the source cannot start and is tried again: {Reason}")]
        public static partial void CannotStart(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2103, Level = LogLevel.Information, Message = "{Channel}: the source takes messages now")]
        public static partial void StartedAtLast(ILogger logger, string channel);
    }
}
