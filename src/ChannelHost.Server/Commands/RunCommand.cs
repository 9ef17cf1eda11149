using System.CommandLine;
using System.Globalization;
using ChannelHost.Server.Hosting;
using ChannelHost.Server.Logs;
using Serilog.Extensions.Logging;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost run</c>: the host itself.</summary>
internal static class RunCommand
{
    /// <summary>Beyond the drain: time to close stores and sockets.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channels = CommonOptions.Channels();
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var environment = CommonOptions.Environment();
        var urls = CommonOptions.Urls();
        var drain = new Option<double>("--drain")
        {
            Description = "Seconds that messages in hand may take to finish when the host is stopped.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 10,
        };
        var level = new Option<string>("--log-level")
        {
            Description = "The least level that is logged.",
            DefaultValueFactory = _ => "info",
        };
        var hold = new Option<bool>("--hold-queues")
        {
            Description = "Start with every queue held and what waits marked as possibly sent, until 'queue resume' or 'queue release' lets it go. For a database, or a copy of a data folder, that was put back; 'restore' does it by itself.",
        };
        level.AcceptOnlyFromAmong("trace", "debug", "info", "warn", "error");

        var command = new Command("run", "Runs the host: deploys all channels and follows changes of their folder. Ctrl-C or SIGTERM drains and stops; a second Ctrl-C ends at once.")
        {
            channels, data, store, environment, urls, drain, level, hold,
        };
        command.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(
            new HostSettings
            {
                ChannelsFolder = CommonOptions.ExistingFolder(parsed.GetValue(channels)!),
                DataFolder = Path.GetFullPath(parsed.GetValue(data)!),
                PostgreSql = StoreChoice.Read(parsed.GetValue(store), Path.GetFullPath(parsed.GetValue(data)!)),
                Environment = HostSetup.EnvironmentName(parsed.GetValue(environment)),
                Urls = CommonOptions.ReadUrls(parsed.GetValue(urls)!),
                Drain = ReadDrain(parsed.GetValue(drain)),
                LogLevel = ReadLevel(parsed.GetValue(level)!),
                HoldQueues = parsed.GetValue(hold),
                ProgramName = CommonOptions.ProgramName(),
            },
            terminal,
            cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(HostSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals();
        DataFolder.Prepare(settings.DataFolder);
        await using var serilog = HostLog.Create(settings.DataFolder, settings.LogLevel, terminal.HasColours);
        using var loggers = new SerilogLoggerFactory(serilog);
        var logger = loggers.CreateLogger("ChannelHost.Server.Run");
        try
        {
            var host = await HostProcess.StartAsync(settings, serilog, loggers, cancellationToken);
            if (await Task.WhenAny(host.WhenReady, signals.Asked) == host.WhenReady)
            {
                StartBanner.Print(terminal, settings, host);
                await signals.Asked;
            }

            await StopAsync(host, settings, logger);
            return ExitCode.Done;
        }
        catch (CommandFailure failure)
        {
            RunLog.CannotRun(logger, failure.Message);
            return failure.Code;
        }
        catch (Exception error)
        {
            RunLog.Unforeseen(logger, error);
            return ExitCode.Internal;
        }
    }

    /// <summary>Stops the host. A part that ignores the deadline is left behind: what was promised is on disk, and the process ends all the same.</summary>
    public static async Task StopAsync(HostProcess host, HostSettings settings, Microsoft.Extensions.Logging.ILogger logger)
    {
        try
        {
            await Task.Run(async () =>
            {
                await host.StopAsync();
                await host.DisposeAsync();
            }).WaitAsync(settings.Drain + Grace, TimeProvider.System, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            RunLog.LeftBehind(logger, Grace.TotalSeconds);
        }
    }

    private static TimeSpan ReadDrain(double seconds) => seconds is >= 0 and <= 3600
        ? TimeSpan.FromSeconds(seconds)
        : throw new CommandFailure(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"--drain: {seconds} is not between 0 and 3600 seconds"));

    private static Serilog.Events.LogEventLevel ReadLevel(string word) => word switch
    {
        "trace" => Serilog.Events.LogEventLevel.Verbose,
        "debug" => Serilog.Events.LogEventLevel.Debug,
        "warn" => Serilog.Events.LogEventLevel.Warning,
        "error" => Serilog.Events.LogEventLevel.Error,
        _ => Serilog.Events.LogEventLevel.Information,
    };
}

/// <summary>The events of <see cref="RunCommand"/>.</summary>
internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Critical, "The host cannot run: {Reason}")]
    public static partial void CannotRun(Microsoft.Extensions.Logging.ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Error, "Some part did not stop within the deadline and {Seconds} s more; the process ends without it. Nothing that was stored is lost")]
    public static partial void LeftBehind(Microsoft.Extensions.Logging.ILogger logger, double seconds);

    [LoggerMessage(2, LogLevel.Critical, "The host ends after an unforeseen error")]
    public static partial void Unforeseen(Microsoft.Extensions.Logging.ILogger logger, Exception error);
}
