namespace ChannelHost.Storage.Secrets;

/// <summary>A secret or its key cannot be used. Says which, where and what to do; never a value.</summary>
public sealed class SecretException(string found, string wanted) : Exception($"{found}; wanted {wanted}")
{
    /// <summary>What is there.</summary>
    public string Found { get; } = found;

    /// <summary>What should be, and what to do.</summary>
    public string Wanted { get; } = wanted;
}
