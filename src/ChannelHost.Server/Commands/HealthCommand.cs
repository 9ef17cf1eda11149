using System.CommandLine;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost health</c>: asks a host whether it is ready, for supervisors and containers without a program that speaks HTTP.</summary>
internal static class HealthCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var live = new Option<bool>("--live") { Description = "Only ask whether the process answers, not whether it is ready." };
        var url = CommonOptions.Url();
        var command = new Command("health", "Asks the running host whether it is ready: exit code 0 when it is, 1 when not, 7 when it does not answer.") { live, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            return (int)(parsed.GetValue(live) ? await LiveAsync(client, terminal, cancellationToken) : await ReadyAsync(client, terminal, cancellationToken));
        });
        return command;
    }

    private static async Task<ExitCode> LiveAsync(HostClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var view = await client.GetAsync("/health/live", ApiJson.Default.LiveView, cancellationToken);
        await terminal.Output.WriteLineAsync(PlainText.OneLine(view.Status));
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ReadyAsync(HostClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var (isReady, view) = await client.GetReadyAsync(cancellationToken);
        await terminal.Output.WriteLineAsync(isReady ? $"ready, {view.Running} channel(s) running" : $"not ready: {PlainText.OneLine(string.Join("; ", view.Reasons))}");
        foreach (var channel in view.Channels)
        {
            await terminal.Output.WriteLineAsync($"{PlainText.OneLine(channel.Name)}: {channel.Condition}: {PlainText.OneLine(channel.Reason)}");
        }

        return isReady ? ExitCode.Done : ExitCode.Problems;
    }
}
