namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>The key's name, where it is not the property's: a status is written as everywhere else (<c>dead-letter</c>).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
