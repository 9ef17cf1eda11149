namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>The words of <c>outcome.yaml</c>.</summary>
internal static class OutcomeWords
{
    /// <summary>A destination that a script took out.</summary>
    public const string Skipped = "skipped";

    /// <summary>What can become of a message at its source.</summary>
    public static readonly IReadOnlyDictionary<string, MessageStatus> Source = new Dictionary<string, MessageStatus>(StringComparer.Ordinal)
    {
        ["transformed"] = MessageStatus.Transformed, ["filtered"] = MessageStatus.Filtered, ["error"] = MessageStatus.Error,
    };

    /// <summary>What can become of it at a destination, but for <see cref="Skipped"/>.</summary>
    public static readonly IReadOnlyDictionary<string, MessageStatus> Destination = new Dictionary<string, MessageStatus>(StringComparer.Ordinal)
    {
        ["sent"] = MessageStatus.Sent, ["queued"] = MessageStatus.Queued, ["filtered"] = MessageStatus.Filtered, ["error"] = MessageStatus.Error,
    };

    /// <summary>The word for a status.</summary>
    public static string Of(MessageStatus? status) => status switch
    {
        null => Skipped,
        { } known => known.ToString().ToLowerInvariant(),
    };
}
