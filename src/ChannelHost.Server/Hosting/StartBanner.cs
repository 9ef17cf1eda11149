using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Hosting;

/// <summary>What a person sees once the host is ready: where it listens, what runs, what does not and why, and what to try first.</summary>
internal static class StartBanner
{
    /// <summary>Prints it on standard output.</summary>
    public static void Print(Terminal terminal, HostSettings settings, HostProcess host)
    {
        var output = terminal.Output;
        var address = host.Addresses.First();
        var channels = host.Engine.Status();
        var running = channels.Count(channel => channel.Condition == ChannelCondition.Running);
        output.WriteLine();
        output.WriteLine($"  ChannelHost is ready: {running} of {channels.Count} channels run");
        output.WriteLine($"  channels  {settings.ChannelsFolder}");
        output.WriteLine($"  data      {settings.DataFolder}");
        output.WriteLine($"  API       {address}/api/channels   health {address}/health/ready   figures {address}/metrics");
        foreach (var channel in channels.Where(channel => channel.Condition is ChannelCondition.Failed or ChannelCondition.Waiting || channel.Problems.Count > 0))
        {
            output.WriteLine(PlainText.OneLine($"  {channel.Condition.ToString().ToLowerInvariant(),-9} {channel.Name}: {Why(channel)}"));
        }

        if (!settings.Urls.All(WebFront.IsLoopback))
        {
            output.WriteLine("  warning   the API has no authentication yet, and others can reach its address");
        }

        if (Group(channels) is { } group)
        {
            output.WriteLine();
            output.WriteLine($"  Send the sample messages:   {settings.ProgramName} send {group}{ChannelsOption(settings)}");
            output.WriteLine($"  See what became of them:    {settings.ProgramName} messages");
        }

        output.WriteLine();
        output.Flush();
    }

    private static string Why(ChannelStatus channel) => channel.Reason
        ?? (channel.Problems.Count > 0 ? $"{channel.Problems[0]}{(channel.Problems.Count > 1 ? $" (and {channel.Problems.Count - 1} more: see validate)" : "")}" : "no reason was given");

    private static string? Group(IReadOnlyList<ChannelStatus> channels) => channels
        .Where(channel => channel.Condition == ChannelCondition.Running && channel.SourceType is "mllp" or "files")
        .Select(channel => channel.Name.Split('/')[0])
        .FirstOrDefault();

    private static string ChannelsOption(HostSettings settings) =>
        settings.ChannelsFolder == Path.GetFullPath("channels") ? "" : $" --channels {settings.ChannelsFolder}";
}
