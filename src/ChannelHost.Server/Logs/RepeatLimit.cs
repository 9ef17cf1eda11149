using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;

namespace ChannelHost.Server.Logs;

/// <summary>
/// Bounds what a fault that strikes thousands of times a second may write. Of each kind of event (template, channel and connector) the first
/// <see cref="Allowance"/> in a window are written; of the rest the first event of the next window says how many there were.
/// </summary>
internal sealed class RepeatLimit(TimeProvider time) : ILogEventFilter
{
    /// <summary>Events of one kind in one window.</summary>
    public const int Allowance = 50;

    /// <summary>How long a window is.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>The property that says how many events were left out before this one.</summary>
    public const string Suppressed = "SuppressedBefore";

    /// <summary>Kinds that are told apart; beyond, all new ones share one allowance.</summary>
    private const int MaximumKinds = 4096;

    private readonly ConcurrentDictionary<string, Count> _kinds = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool IsEnabled(LogEvent logEvent)
    {
        var kind = KindOf(logEvent);
        if (_kinds.Count >= MaximumKinds && !_kinds.ContainsKey(kind))
        {
            kind = "";
        }

        var left = _kinds.GetOrAdd(kind, static _ => new Count()).Take(time.GetTimestamp(), time, out var suppressed);
        if (left && suppressed > 0)
        {
            logEvent.AddOrUpdateProperty(new LogEventProperty(Suppressed, new ScalarValue(suppressed)));
        }

        return left;
    }

    private static string KindOf(LogEvent logEvent) => string.Concat(
        logEvent.MessageTemplate.Text, "|", Scalar(logEvent, "Channel"), "|", Scalar(logEvent, "Connector"));

    private static string Scalar(LogEvent logEvent, string name) =>
        logEvent.Properties.TryGetValue(name, out var value) && value is ScalarValue { Value: string text } ? text : "";

    private sealed class Count
    {
        private readonly Lock _gate = new();
        private long _start = long.MinValue;
        private int _taken;
        private int _suppressed;

        public bool Take(long now, TimeProvider time, out int suppressed)
        {
            lock (_gate)
            {
                suppressed = 0;
                if (_start == long.MinValue || time.GetElapsedTime(_start, now) >= Window)
                {
                    (_start, _taken, suppressed, _suppressed) = (now, 0, _suppressed, 0);
                }

                if (_taken < Allowance)
                {
                    _taken++;
                    return true;
                }

                _suppressed++;
                return false;
            }
        }
    }
}
