using ChannelHost.Abstractions;
using ChannelHost.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Benchmarks.Connectors;

/// <summary>What a connector needs to run alone.</summary>
internal static class BenchContext
{
    public static ConnectorContext Create() => new()
    {
        Channel = "bench/mllp",
        Name = "source",
        Time = TimeProvider.System,
        Codec = null!,
        Logger = NullLogger.Instance,
        Files = null!,
        Router = null!,
        Scripts = null!,
        ScriptEnvironment = null!,
        Figures = new CollectingFigures(),
    };
}
