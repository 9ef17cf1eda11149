using ChannelHost.Connectors.JavaScript;
using ChannelHost.Connectors.Polling;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Database;

/// <summary>
/// Takes rows from a database, one message each or all in one. One loop looks, hands over, marks and waits. A row is marked only after its message is stored;
/// what could not be marked is kept in mind and marked before anything else is read, so that it is not taken twice while the host runs.
/// </summary>
internal sealed partial class DatabaseSource(DatabaseSourceOptions options, ConnectorContext context) : ISource
{
    private readonly UnrecordedChanges _unrecorded = new();
    private RowSource? _rows;
    private IMessageReceiver? _receiver;
    private PollingLoop? _loop;
    private string? _trouble;
    private int _failures;

    // The first row of a look that had more than it may take.
    private TakenRow? _firstOfPortion;

    // Stored, and not marked yet: the row (null: all of a look), and the rows of that look.
    private (TakenRow? Row, IReadOnlyList<TakenRow> All)? _unmarked;

    public Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _rows = new RowSource(options, context, _unrecorded);
        var pause = options.Interval ?? TimeSpan.FromSeconds(5);
        _loop = new PollingLoop(PollingSchedule.Of(options.Schedule, pause, startsAtOnce: true, context.Time), options.RetryPause, context.Time, context.Logger, LookAsync);
        _loop.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_loop is not null)
        {
            if (await _loop.StopAsync(cancellationToken))
            {
                await _rows!.CloseAsync();
            }
            else
            {
                // The look under way closes its connection when it ends.
                Log.StoppedWhileTaking(context.Logger, _rows!.Where);
            }
        }
    }

    public ValueTask DisposeAsync() => _loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<TimeSpan?> LookAsync(CancellationToken stopping)
    {
        try
        {
            var isMore = await TakeAsync(stopping);
            _failures = 0;
            Report(null);
            return isMore ? TimeSpan.Zero : null;
        }
        catch (DatabaseFaultException e)
        {
            return AfterFailure(e.Told);
        }
        catch (Exception e) when (e is FormatException or MessageFormatException)
        {
            return AfterFailure($"Looking at {_rows!.Where} failed: {e.Message}.");
        }
        finally
        {
            if (!options.KeepOpen || stopping.IsCancellationRequested)
            {
                await _rows!.CloseAsync();
            }
        }
    }

    /// <summary>One look; true when there is more to take at once.</summary>
    private async Task<bool> TakeAsync(CancellationToken stopping)
    {
        await MarkAsync();
        var (rows, isCut) = await _rows!.ReadAsync(stopping);
        if (rows.Count == 0)
        {
            return false;
        }

        if (options.Aggregate)
        {
            await HandOverAsync(Aggregated(rows), AggregateKey(rows), stopping);
        }
        else
        {
            await TakeEachAsync(rows, stopping);
        }

        if (options.Aggregate ? options.Mode != RowMarking.Never : options.Mode == RowMarking.AfterAll)
        {
            _unmarked = (null, rows);
            await MarkAsync();
        }

        return isCut && IsProgress(rows[0]);
    }

    /// <summary>False when the portion before began with the same row: the update does not take rows out of the select, and going on at once would never end.</summary>
    private bool IsProgress(TakenRow first)
    {
        var isProgress = _firstOfPortion?.Values.AsSpan().SequenceEqual(first.Values) != true;
        _firstOfPortion = first;
        return isProgress;
    }

    private async Task TakeEachAsync(IReadOnlyList<TakenRow> rows, CancellationToken stopping)
    {
        RowXml? xml = null;
        IReadOnlyList<(string, string)>? columns = null;
        foreach (var row in rows)
        {
            stopping.ThrowIfCancellationRequested();
            if (!ReferenceEquals(columns, row.Columns))
            {
                columns = row.Columns;
                xml = new RowXml(columns, options.Binary);
            }

            await HandOverAsync(xml!.Write(row.Values), options.Key.Count > 0 ? row.OnceKey(options.Key) : null, stopping);
            if (options.Mode == RowMarking.AfterEach)
            {
                _unmarked = (row, rows);
                await MarkAsync();
            }
        }
    }

    private string Aggregated(IReadOnlyList<TakenRow> rows)
    {
        if (rows.All(row => ReferenceEquals(row.Columns, rows[0].Columns)))
        {
            return new RowXml(rows[0].Columns, options.Binary).Write([.. rows.Select(row => row.Values)]);
        }

        // A script's rows need not have the same columns.
        return $"<results>{string.Concat(rows.Select(row => new RowXml(row.Columns, options.Binary).Write(row.Values)))}</results>";
    }

    private string? AggregateKey(IReadOnlyList<TakenRow> rows) => options.Key.Count == 0
        ? null
        : new TakenRow([("rows", "")], [string.Join('\n', rows.Select(row => row.OnceKey(options.Key)))]).OnceKey(["rows"]);

    /// <summary>Returns when the message is stored, or was before.</summary>
    private async Task HandOverAsync(string xml, string? onceKey, CancellationToken stopping)
    {
        if (onceKey is not null && _receiver!.IsTaken(onceKey))
        {
            return;
        }

        var message = new IncomingMessage { Content = context.Codec.Encode(xml), OnceKey = onceKey, StateChanges = _unrecorded.All, WantsAnswer = false };
        if (!(await _receiver!.ReceiveAsync(message, stopping)).IsStored)
        {
            throw new FormatException("the channel could not store the message; its row is left as it is");
        }

        _unrecorded.Clear();
    }

    /// <summary>Marks what was stored. Also when the channel stops meanwhile: the row would be taken again.</summary>
    private async Task MarkAsync()
    {
        if (_unmarked is not { } taken)
        {
            return;
        }

        await _rows!.MarkAsync(taken.Row, taken.All, CancellationToken.None);
        _unmarked = null;
    }

    private TimeSpan? AfterFailure(string reason)
    {
        Report(reason);
        if (_failures++ < options.Retries)
        {
            return options.RetryPause;
        }

        _failures = 0;
        return null;
    }

    // Once per trouble, however often it is met.
    private void Report(string? reason)
    {
        if (reason == _trouble)
        {
            return;
        }

        _trouble = reason;
        if (reason is null)
        {
            Log.Back(context.Logger, _rows!.Where);
        }
        else
        {
            Log.Trouble(context.Logger, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} It is tried again.")]
        public static partial void Trouble(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Rows of {Where} are taken again.")]
        public static partial void Back(ILogger logger, string where);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while a row of {Where} was being taken; without `key` it may be taken again.")]
        public static partial void StoppedWhileTaking(ILogger logger, string where);
    }
}
