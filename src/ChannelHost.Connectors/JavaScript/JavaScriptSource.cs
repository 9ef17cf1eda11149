using ChannelHost.Connectors.Polling;
using ChannelHost.Connectors.Text;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.JavaScript;

/// <summary>
/// Runs a script now and then; what it returns becomes messages. One loop runs, hands over and waits, so runs never overlap. What the script changes in
/// <c>globalChannelMap</c> is recorded with the first message of the run; a run without messages hands its changes on to the next run that has one.
/// </summary>
internal sealed partial class JavaScriptSource(JavaScriptSourceOptions options, ConnectorContext context) : ISource
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly EventThrottle _failures = new(context.Time, TimeSpan.FromMinutes(1));
    private readonly UnrecordedChanges _unrecorded = new();
    private IMessageReceiver? _receiver;
    private IScriptUnit? _unit;
    private PollingLoop? _loop;

    public Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _unit = JavaScriptConnector.Compile(ScriptKind.Reader, options.Script, context);
        var pause = options.Interval ?? TimeSpan.FromMinutes(1);
        _loop = new PollingLoop(
            PollingSchedule.Of(options.Schedule, pause, options.AtStart ?? true, context.Time), pause, context.Time, context.Logger, RunGuardedAsync);
        _loop.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_loop is not null && !await _loop.StopAsync(cancellationToken))
        {
            Log.StoppedWhileRunning(context.Logger);
        }
    }

    public ValueTask DisposeAsync() => _loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<TimeSpan?> RunGuardedAsync(CancellationToken stopping)
    {
        try
        {
            await RunAsync(stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(e is FormatException or MessageFormatException ? e.Message : $"unexpected {e.GetType().Name}", e is FormatException or MessageFormatException ? null : e);
        }

        // Also after a failure: a script that fails would most likely fail again at once.
        return null;
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var scope = new ScriptScope
        {
            Connector = context.Name,
            MessageId = 0,
            Content = default,
            Inbound = context.Codec,
            Outbound = context.Codec,
            Maps = new MessageMaps(),
        };
        var result = _unit!.Run(scope, stopping);
        stopping.ThrowIfCancellationRequested();

        // Also of a run that failed: the map has them already.
        _unrecorded.Add(scope.StateChanges);

        if (result.Outcome == ScriptOutcome.Failed)
        {
            Failed(result.Error?.Place ?? "no reason given", null);
            return;
        }

        foreach (var message in result.Messages ?? [.. ScriptValues.Messages(result.Value, context.Codec).Select(content => new IncomingMessage { Content = content })])
        {
            await HandOverAsync(message, stopping);
        }
    }

    /// <summary>Hands one message over, again and again until it is stored: the script has moved on and will not make it a second time.</summary>
    private async Task HandOverAsync(IncomingMessage returned, CancellationToken stopping)
    {
        var message = returned with { StateChanges = _unrecorded.All };
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (await IsStoredAsync(message, stopping))
            {
                _unrecorded.Clear();
                return;
            }

            Log.NotStored(context.Logger, pause.TotalSeconds);
            await Task.Delay(pause, context.Time, stopping);
        }
    }

    private async ValueTask<bool> IsStoredAsync(IncomingMessage message, CancellationToken stopping)
    {
        try
        {
            return (await _receiver!.ReceiveAsync(message, stopping)).IsStored;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The channel stops or is being replaced before its source is told.
            return false;
        }
    }

    private void Failed(string place, Exception? exception)
    {
        if (_failures.Allows(out var held))
        {
            Log.RunFailed(context.Logger, options.Script!.Name, place, held, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The run of {Script} failed: {Place}. It runs again when it is due ({Held} more failures since the last such line).")]
        public static partial void RunFailed(ILogger logger, string script, string place, long held, Exception? exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "A message that the script returned could not be stored; it is kept in memory and handed over again in {Seconds} s.")]
        public static partial void NotStored(ILogger logger, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while the script was running.")]
        public static partial void StoppedWhileRunning(ILogger logger);
    }
}
