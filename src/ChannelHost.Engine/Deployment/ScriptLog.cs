using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Deployment;

/// <summary>Where <c>logger</c> in scripts writes: the host's log, under the channel's own category, cut to a length and with a level of its author's choice.</summary>
internal static partial class ScriptLog
{
    private const int LongestText = 1_000;

    public static Action<string, string, string> For(string channel, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger($"ChannelHost.Script.{channel}");
        return (level, text, script) =>
        {
            var at = LevelOf(level);
            if (logger.IsEnabled(at))
            {
                Log.Said(logger, at, channel, script, text.Length > LongestText ? text[..LongestText] + "..." : text);
            }
        };
    }

    /// <summary>Where <c>alerts.sendAlert</c> goes: the host's log, as a warning.</summary>
    public static Action<string> AlertFor(string channel, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger($"ChannelHost.Script.{channel}");
        return text => Log.Alert(logger, channel, text.Length > LongestText ? text[..LongestText] + "..." : text);
    }

    private static LogLevel LevelOf(string level) => level switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" or "fatal" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2014, Level = LogLevel.Warning, Message = "{Channel}: a script raises an alert: {Text}")]
        public static partial void Alert(ILogger logger, string channel, string text);

        [LoggerMessage(EventId = 2001, Message = "{Channel}: {Script}: {Text}")]
        public static partial void Said(ILogger logger, LogLevel level, string channel, string script, string text);
    }
}
