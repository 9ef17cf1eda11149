namespace ChannelHost.Abstractions;

/// <summary>A template that Velocity could read and we cannot: this must be told, where a text that nobody can read stays as it is.</summary>
internal sealed class UnsupportedTemplateException(string message) : FormatException(message);
