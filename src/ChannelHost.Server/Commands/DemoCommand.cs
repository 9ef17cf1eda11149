using System.CommandLine;
using System.Globalization;
using ChannelHost.Server.Demo;
using ChannelHost.Server.Demo.Screen;
using ChannelHost.Server.Hosting;
using ChannelHost.Server.Logs;
using Serilog.Extensions.Logging;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost demo</c>: the host with everything around it that a clinic would have.</summary>
internal static class DemoCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channels = CommonOptions.Channels();
        var folder = new Option<string>("--folder") { Description = "The demo's own folder: data, keys, the folders of the practice.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine(".build", "demo") };
        var urls = CommonOptions.Urls();
        var rate = new Option<double>("--rate") { Description = "Messages a second, over all lines.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var faults = new Option<string>("--faults") { Description = "Whether the other side is slow, refuses and is down now and then, and some messages are bad on purpose.", DefaultValueFactory = _ => "on" };
        faults.AcceptOnlyFromAmong("on", "off");
        var seed = new Option<int>("--seed") { Description = "Another number tells another story.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var seconds = new Option<double?>("--seconds") { Description = "End after so many seconds instead of at Ctrl-C.", HelpName = "N" };
        var command = new Command(
            "demo",
            "Runs the host on the channels folder with data of its own, stands in for the clinic's partners (an SFTP server, a web service, an MLLP listener, all on loopback), sends a stream of invented messages and shows what becomes of them. Uses config/demo.yaml. Ctrl-C ends all of it.")
        {
            channels, folder, urls, rate, faults, seed, seconds,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var demo = new DemoSettings
            {
                Folder = Path.GetFullPath(parsed.GetValue(folder)!),
                Rate = InRange("--rate", parsed.GetValue(rate), 0.1, 200),
                WithFaults = parsed.GetValue(faults) == "on",
                Seed = parsed.GetValue(seed),
                Duration = parsed.GetValue(seconds) is { } given ? TimeSpan.FromSeconds(InRange("--seconds", given, 1, 86_400)) : null,
            };
            var host = new HostSettings
            {
                ChannelsFolder = CommonOptions.ExistingFolder(parsed.GetValue(channels)!),
                DataFolder = Path.Combine(demo.Folder, "data"),
                Environment = DemoSurroundings.EnvironmentName,
                Urls = CommonOptions.ReadUrls(parsed.GetValue(urls)!),
                ProgramName = CommonOptions.ProgramName(),
            };
            return (int)await RunAsync(demo, host, terminal, TimeProvider.System, cancellationToken);
        });
        return command;
    }

    // The order in which messages go, also at the end: the senders first, then the host, then those who receive.
    private static async Task<ExitCode> RunAsync(DemoSettings demo, HostSettings settings, Terminal terminal, TimeProvider time, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = EndWhenAskedAsync(signals, ending);
        var problems = new LastProblems();
        DataFolder.Prepare(demo.Folder);
        DataFolder.Prepare(settings.DataFolder);
        var portalKey = DemoSurroundings.Set(demo.Folder);
        await using var serilog = HostLog.CreateQuiet(settings.DataFolder, settings.LogLevel, problems);
        using var loggers = new SerilogLoggerFactory(serilog);
        var logger = loggers.CreateLogger("ChannelHost.Server.Demo");
        terminal.Output.WriteLine($"The demo starts; the host's log goes to {Path.Combine(settings.DataFolder, "logs")}");
        await using var otherSide = await OtherSide.StartAsync(demo, ConfigurationOf(settings), time, ending.Token);
        var host = await HostProcess.StartAsync(settings, serilog, loggers, ending.Token);
        DemoSnapshot result;
        try
        {
            await Task.WhenAny(host.WhenReady, asked);
            var run = new DemoRun(demo, host, otherSide, problems, Hints(settings), time);
            if (demo.Duration is { } duration)
            {
                ending.CancelAfter(duration);
            }

            await run.RunAsync(terminal, portalKey, ending.Token);
            result = run.Result();
        }
        finally
        {
            await RunCommand.StopAsync(host, settings, logger);
        }

        Tell(terminal, result);
        return ExitCode.Done;
    }

    private static async Task EndWhenAskedAsync(StopSignals signals, CancellationTokenSource ending)
    {
        await signals.Asked;
        await ending.CancelAsync();
    }

    // Every channel with scripts knows all values; together they know each.
    private static Dictionary<string, string> ConfigurationOf(HostSettings settings)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var reading in HostSetup.OpenChannels(settings.ChannelsFolder, settings.DataFolder, settings.Environment).ReadAll())
        {
            foreach (var (key, value) in reading.Definition?.Configuration ?? new Dictionary<string, string>())
            {
                values[key] = value;
            }
        }

        return values;
    }

    private static string[] Hints(HostSettings settings)
    {
        var folder = Path.GetRelativePath(".", settings.ChannelsFolder);
        return
        [
            $"Edit {folder}/clinic/registration/transform.js: the next message goes its way.",
            "Break it: the change is refused, its line is named here, the version before",
            $"goes on. Put it back. Also: {settings.ProgramName} messages; Ctrl-C ends it.",
        ];
    }

    private static void Tell(Terminal terminal, DemoSnapshot result)
    {
        terminal.Output.WriteLine();
        terminal.Tables.Write(LiveTable.Channels(result));
        terminal.Output.WriteLine();
        foreach (var standIn in result.StandIns)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{standIn.Name} ({standIn.Address}): {standIn.Arrived} arrived, {standIn.Refused} refused; {standIn.State}"));
        }

        var traffic = result.Traffic;
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"partners that send: {traffic.Positive} taken, {traffic.Negative} answered no, {traffic.Unanswered} sent again, {traffic.LeftOut} left out"));
        terminal.Output.WriteLine(result.Total.Queued > 0
            ? string.Create(CultureInfo.InvariantCulture, $"The demo ended. {result.Total.Queued} deliveries wait on disk and go on at the next start.")
            : "The demo ended.");
    }

    private static double InRange(string option, double value, double minimum, double maximum) => value >= minimum && value <= maximum
        ? value
        : throw new CommandFailure(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"{option}: {value} is not between {minimum} and {maximum}"));
}
