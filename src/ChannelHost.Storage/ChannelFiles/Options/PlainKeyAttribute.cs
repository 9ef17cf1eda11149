namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>A plain value in place of the block is the value of this key: <c>retention: 30d</c> is <c>retention: { default: 30d }</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PlainKeyAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
