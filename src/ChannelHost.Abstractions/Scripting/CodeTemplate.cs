namespace ChannelHost.Abstractions;

/// <summary>A script of a library that says itself where it belongs: it runs before every script of those kinds, in the channels that the library is for.</summary>
/// <param name="File">The script, without changes.</param>
/// <param name="Contexts">Before which scripts it runs.</param>
public sealed record CodeTemplate(ScriptFile File, ScriptContexts Contexts);

/// <summary>Where scripts run, as Mirth's code templates name it. A set.</summary>
[Flags]
public enum ScriptContexts
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>The global deploy script.</summary>
    GlobalDeploy = 1 << 0,

    /// <summary>The global undeploy script.</summary>
    GlobalUndeploy = 1 << 1,

    /// <summary>The global preprocessor.</summary>
    GlobalPreprocessor = 1 << 2,

    /// <summary>The global postprocessor.</summary>
    GlobalPostprocessor = 1 << 3,

    /// <summary>A channel's deploy script.</summary>
    ChannelDeploy = 1 << 4,

    /// <summary>A channel's undeploy script.</summary>
    ChannelUndeploy = 1 << 5,

    /// <summary>A channel's preprocessor.</summary>
    ChannelPreprocessor = 1 << 6,

    /// <summary>A channel's postprocessor.</summary>
    ChannelPostprocessor = 1 << 7,

    /// <summary>A channel's attachment script.</summary>
    ChannelAttachment = 1 << 8,

    /// <summary>A channel's batch script.</summary>
    ChannelBatch = 1 << 9,

    /// <summary>A source's own script.</summary>
    SourceReceiver = 1 << 10,

    /// <summary>A source's filter and transformer.</summary>
    SourceFilterTransformer = 1 << 11,

    /// <summary>A destination's filter and transformer.</summary>
    DestinationFilterTransformer = 1 << 12,

    /// <summary>A destination's own script.</summary>
    DestinationDispatcher = 1 << 13,

    /// <summary>A destination's response transformer.</summary>
    DestinationResponseTransformer = 1 << 14,

    /// <summary>The five of connectors: what a new template has.</summary>
    Connectors = SourceReceiver | SourceFilterTransformer | DestinationFilterTransformer | DestinationDispatcher | DestinationResponseTransformer,

    /// <summary>Everywhere.</summary>
    All = (1 << 15) - 1,
}
