using ChannelHost.Engine.Figures;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Pipeline;

/// <summary>
/// Tells of messages that fail, at most once in ten seconds for each kind of failure, with the number left out: a feed that fails a thousand times a second
/// must not fill the disk. Every single failure is on its message in the store.
/// </summary>
internal sealed partial class ErrorLog(string channel, ChannelFigures figures, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private const int MostKinds = 100;

    private readonly Lock _sync = new();
    private readonly Dictionary<string, (long At, int LeftOut)> _kinds = new(StringComparer.Ordinal);

    public void Source(long messageId, ScriptError error) => Write("source", messageId, error);

    public void Destination(long messageId, string destination, ScriptError error) => Write(destination, messageId, error);

    public void Postprocessor(long messageId, ScriptError error) => Write("postprocessor", messageId, error);

    private void Write(string where, long messageId, ScriptError error)
    {
        if (error.Kind is "time" or "memory" or "depth" or "length")
        {
            figures.ScriptStopped();
        }

        if (Admit($"{where} {error.Place}") is { } leftOut)
        {
            Log.Failed(logger, channel, messageId, where, error.Told, leftOut);
        }
    }

    /// <summary>How many were left out since the last line, or null when this one is left out too.</summary>
    private int? Admit(string kind)
    {
        lock (_sync)
        {
            var now = time.GetTimestamp();
            if (_kinds.TryGetValue(kind, out var last) && time.GetElapsedTime(last.At, now) < Quiet)
            {
                _kinds[kind] = (last.At, last.LeftOut + 1);
                return null;
            }

            if (_kinds.Count >= MostKinds)
            {
                _kinds.Clear();
            }

            _kinds[kind] = (now, 0);
            return last.LeftOut;
        }
    }

    /// <summary>A postprocessor was cut off, because the channel is closed.</summary>
    public void PostprocessorCutOff(long messageId) => Log.PostprocessorCutOff(logger, channel, messageId);

    private static partial class Log
    {
        [LoggerMessage(EventId = 2210, Level = LogLevel.Warning, Message = "{Channel}: the postprocessor of message {MessageId} was cut off, because the channel is closed; it does not run again. The message is stored")]
        public static partial void PostprocessorCutOff(ILogger logger, string channel, long messageId);

        [LoggerMessage(EventId = 2201, Level = LogLevel.Warning, Message = "{Channel}: message {MessageId} failed at {Where}: {What}; {LeftOut} more like it since the last line. The message's record has the details")]
        public static partial void Failed(ILogger logger, string channel, long messageId, string where, string what, int leftOut);
    }
}
