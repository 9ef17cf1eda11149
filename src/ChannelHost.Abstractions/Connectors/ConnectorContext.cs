using Microsoft.Extensions.Logging;

namespace ChannelHost.Abstractions;

/// <summary>What a connector gets from the house.</summary>
public sealed record ConnectorContext
{
    /// <summary>The channel, for example <c>clinic/registration</c>.</summary>
    public required string Channel { get; init; }

    /// <summary><c>source</c> or the destination's name.</summary>
    public required string Name { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Reads and writes messages of this connector's data type, for connectors that run scripts.</summary>
    public required IMessageCodec Codec { get; init; }

    /// <summary>Where events go. Never message content.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Durable file operations.</summary>
    public required IDurableFiles Files { get; init; }

    /// <summary>Hands messages to other channels of this host.</summary>
    public required IChannelRouter Router { get; init; }

    /// <summary>Prepares scripts, for connectors that run them.</summary>
    public required IScriptCompiler Scripts { get; init; }

    /// <summary>What scripts of this channel share, for connectors that run them.</summary>
    public required ScriptEnvironment ScriptEnvironment { get; init; }

    /// <summary>Counts what happened, for <c>/metrics</c>: connections, junk bytes, limits hit.</summary>
    public required IConnectorFigures Figures { get; init; }

    /// <summary>
    /// Names this channel's state: 8 hexadecimal digits, chosen at random when a connector first asks, kept over restarts, lost with the state. Tells what
    /// this host began from what another host did that runs the same channel. Empty where no state is kept.
    /// </summary>
    public Func<string> StateId { get; init; } = () => "";
}

/// <summary>The figures that connectors report. Safe for use by many threads.</summary>
public interface IConnectorFigures
{
    /// <summary>A connection opened (+1) or closed (-1).</summary>
    void Connections(int change);

    /// <summary>Bytes that belong to no message.</summary>
    void Junk(long bytes);

    /// <summary>A limit was reached: <c>frame-size</c>, <c>connections</c>, <c>idle</c>, <c>receive-timeout</c>, <c>handshake</c>, <c>file-size</c>,
    /// <c>body-size</c>, <c>body-memory</c>, <c>body-rate</c>, <c>header-size</c>, <c>decompression</c>, <c>parts</c>, <c>answer-size</c>, <c>credentials</c>.</summary>
    void LimitHit(string limit);
}
