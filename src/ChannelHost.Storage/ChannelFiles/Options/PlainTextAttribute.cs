namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>Marks a setting of the type <see cref="ScriptFile"/> whose file is a text that nobody runs: the template of a message.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PlainTextAttribute : Attribute;
