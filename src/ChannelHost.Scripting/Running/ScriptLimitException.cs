namespace ChannelHost.Scripting.Running;

/// <summary>A run reached a limit. Scripts cannot catch it.</summary>
internal sealed class ScriptLimitException(string kind, string message) : Exception(message)
{
    /// <summary>See <see cref="ScriptError.Kind"/>.</summary>
    public string Kind { get; } = kind;
}
