using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Deployment;

/// <summary>What the engine needs from the house.</summary>
public sealed record EngineServices
{
    /// <summary>Prepares scripts.</summary>
    public required IScriptCompiler Scripts { get; init; }

    /// <summary>Opens the stores of channels.</summary>
    public required IChannelStores Stores { get; init; }

    /// <summary>Durable file operations, for connectors.</summary>
    public required IDurableFiles Files { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where events go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Opens databases for scripts; null where there are none.</summary>
    public IScriptDatabases? Databases { get; init; }

    /// <summary>Sends mail for scripts; null where none is sent.</summary>
    public IScriptMail? Mail { get; init; }

    /// <summary>The data types that scripts can make serializers of.</summary>
    public IReadOnlyList<IDataType> DataTypes { get; init; } = [];

    /// <summary>How scripts know this host; default empty.</summary>
    public string ServerId { get; init; } = "";

    /// <summary>Holds all queues at the first start of each channel; null, the default, where nobody asks for that.</summary>
    public StartHold? Hold { get; init; }

    /// <summary>Null for channels that live; what a golden case needs instead of chance and haste.</summary>
    internal Rehearsal? Rehearsal { get; init; }
}
