using ChannelHost.Engine.Deployment;

using Microsoft.Extensions.Logging;

namespace ChannelHost.Server;

/// <summary>The only place that knows all rooms: it puts them together.</summary>
internal static class HostSetup
{
    /// <summary>Opens the stores and takes the lock on the data folder.</summary>
    /// <exception cref="CommandFailure">Another host has it, or it cannot be used.</exception>
    public static IChannelStores OpenStores(string dataFolder, ILoggerFactory loggers) => throw new NotImplementedException(dataFolder + loggers);

    /// <summary>The channels folder.</summary>
    public static IChannelFiles OpenChannels(string channelsFolder) => throw new NotImplementedException(channelsFolder);

    /// <summary>A problem with its line and a caret, for people.</summary>
    public static string Render(ChannelProblem problem, string channelsFolder) => problem.ToString() + channelsFolder[..0];

    /// <summary>Checks a data folder.</summary>
    public static ExitCode Verify(string dataFolder, bool json, Terminal terminal) => throw new NotImplementedException(dataFolder + json + terminal);

    /// <summary>An engine without channels.</summary>
    public static ChannelEngine CreateEngine(IChannelStores stores, ILoggerFactory loggers) => new(new EngineServices
    {
        Scripts = null!,
        Stores = stores,
        Files = null!,
        Loggers = loggers,
    });
}
