using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace ChannelHost.Server.Logs;

/// <summary>Where events go: readable lines on the console, everything as JSON lines in <c>data/logs</c>.</summary>
internal static class HostLog
{
    /// <summary>A log file is closed at this size.</summary>
    private const long FileBytes = 20L * 1024 * 1024;

    /// <summary>So many log files are kept; with <see cref="FileBytes"/> the folder stays below 200 MB.</summary>
    private const int Files = 10;

    /// <summary>Makes the logger.</summary>
    /// <param name="dataFolder">The data folder; logs go to its <c>logs</c>.</param>
    /// <param name="level">The least level that is written.</param>
    /// <param name="colours">True when the console is a terminal that wants colours.</param>
    public static Serilog.Core.Logger Create(string dataFolder, LogEventLevel level, bool colours) =>
        ToFile(dataFolder, level).WriteTo.Console(new ConsoleFormatter(colours), standardErrorFromLevel: LogEventLevel.Fatal).CreateLogger();

    /// <summary>Makes a logger that leaves the console alone.</summary>
    /// <param name="dataFolder">The data folder; logs go to its <c>logs</c>.</param>
    /// <param name="level">The least level that is written.</param>
    /// <param name="listener">Gets what is written, too.</param>
    public static Serilog.Core.Logger CreateQuiet(string dataFolder, LogEventLevel level, ILogEventSink listener) =>
        ToFile(dataFolder, level).WriteTo.Sink(listener).CreateLogger();

    private static LoggerConfiguration ToFile(string dataFolder, LogEventLevel level) =>
        new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", Max(level, LogEventLevel.Warning))
            .MinimumLevel.Override("System", Max(level, LogEventLevel.Warning))
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .Filter.With(new RepeatLimit(TimeProvider.System))
            .WriteTo.File(
                new SafeJsonFormatter(),
                Path.Combine(dataFolder, "logs", "channelhost-.log"),
                fileSizeLimitBytes: FileBytes,
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: Files,
                flushToDiskInterval: TimeSpan.FromSeconds(2));

    private static LogEventLevel Max(LogEventLevel one, LogEventLevel other) => one > other ? one : other;
}
