using System.CommandLine;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost deploy</c>: a channel's folder as it is now, with a reason.</summary>
internal static class DeployCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel, like clinic/registration." };
        var (why, force, url, json) = (CommonOptions.Why(), CommonOptions.Force(), CommonOptions.Url(), CommonOptions.Json());
        var command = new Command("deploy", "Makes the running host deploy a channel's folder as it is now, and puts on the record who wanted it and why.") { channel, why, force, url, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var path = $"{HostClient.PathOf(parsed.GetValue(channel)!)}/deploy";
            var order = new ChangeOrder(Caller.Name(), parsed.GetValue(why)!, parsed.GetValue(force));
            var result = await client.PostAsync(path, order, ApiJson.Default.ChangeOrder, ApiJson.Default.ChangeView, cancellationToken);
            return (int)VersionTables.WriteChange(terminal, result, parsed.GetValue(json));
        });
        return command;
    }
}
