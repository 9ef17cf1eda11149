using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>Where a message comes from that is not simply what a source handed over.</summary>
internal interface IMessageOrigin
{
    /// <summary>True when there is nothing for scripts to do.</summary>
    bool IsNoMessage { get; }

    /// <summary>Puts into a new message what it owes to its origin.</summary>
    ConnectorMessage Put(ConnectorMessage message);
}
