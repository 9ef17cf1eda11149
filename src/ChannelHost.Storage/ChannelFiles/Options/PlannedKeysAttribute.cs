namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>Keys that will exist one day. Until then they are refused with a text that says so, instead of being taken for a typing mistake.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PlannedKeysAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
