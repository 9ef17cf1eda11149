namespace ChannelHost.DataTypes;

/// <summary>What became of the parts of a batch, in the words that answers use.</summary>
internal static class BatchOutcome
{
    /// <summary><c>accepted</c>, <c>filtered</c>, <c>error</c>, or <c>refused</c> for what was not even kept.</summary>
    public static string WordFor(SourceResponse response) => response switch
    {
        { IsStored: false } => "refused",
        { Status: MessageStatus.Error } => "error",
        { Status: MessageStatus.Filtered } => "filtered",
        _ => "accepted",
    };

    /// <summary>True when the part was taken: it needs no attention of the sender.</summary>
    public static bool IsTaken(SourceResponse response) => response.IsStored && response.Status != MessageStatus.Error;

    /// <summary>Why it was not; null when it was.</summary>
    public static string? ReasonFor(BatchAnswer answer) => IsTaken(answer.Response) ? null : answer.Response.Reason ?? answer.Part.Problem;
}
