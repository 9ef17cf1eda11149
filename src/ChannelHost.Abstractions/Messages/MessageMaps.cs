namespace ChannelHost.Abstractions;

/// <summary>
/// The maps a message travels with, as scripts see them. A map that was never written costs nothing.
/// Values are plain: string, double, bool, null, byte[], or lists and dictionaries of these.
/// </summary>
public sealed class MessageMaps
{
    /// <summary>What the source said about the message; read-only for scripts.</summary>
    public IReadOnlyDictionary<string, object?> Source { get; init; } = EmptySource;

    /// <summary>Shared by all connectors of this message.</summary>
    public VariableMap Channel { get; init; } = new();

    /// <summary>Belongs to one connector of this message.</summary>
    public VariableMap Connector { get; init; } = new();

    /// <summary>Answers of destinations by name, and whatever scripts put there.</summary>
    public VariableMap Response { get; init; } = new();

    /// <summary>The message's attachments, which travel with the maps; null where there are none.</summary>
    public IAttachments? Attachments { get; set; }

    private static readonly Dictionary<string, object?> EmptySource = [];
}
