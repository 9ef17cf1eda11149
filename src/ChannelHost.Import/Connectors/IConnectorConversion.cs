using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Connectors;

/// <summary>Says what one kind of connector is here: sets its keys, and says what cannot be kept.</summary>
internal interface IConnectorConversion
{
    /// <summary>The class of its properties without the package: <c>TcpReceiverProperties</c>.</summary>
    string PropertiesClass { get; }

    /// <summary>Sets the keys of a source or destination.</summary>
    void Convert(ConnectorDraft draft);
}
