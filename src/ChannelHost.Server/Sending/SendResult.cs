namespace ChannelHost.Server.Sending;

/// <summary>What became of one sent message.</summary>
/// <param name="Target">Where it was sent.</param>
/// <param name="File">The file it came from.</param>
/// <param name="ControlId">Its MSH-10; null when it has none.</param>
/// <param name="Code">The answer's MSA-1; for a watched folder <c>put</c>; null when there was no answer.</param>
/// <param name="Text">The answer's MSA-3 or ERR, or why there was none.</param>
/// <param name="Milliseconds">From sending to the answer.</param>
internal sealed record SendResult(string Target, string File, string? ControlId, string? Code, string? Text, double Milliseconds)
{
    /// <summary>The code of a message put into a watched folder: nobody answers there.</summary>
    public const string Put = "put";

    /// <summary>The code of a message that asks its receiver not to answer (MSH-15, MSH-16).</summary>
    public const string NotAsked = "not asked";

    /// <summary>True for AA and CA, for what was put into a folder, and for what asks for no answer.</summary>
    public bool IsPositive => Code is "AA" or "CA" or Put or NotAsked;
}

/// <summary>The whole of a <c>send</c>, for <c>--json</c>.</summary>
/// <param name="Sent">How many messages.</param>
/// <param name="Positive">Answered AA or CA, or put into a folder.</param>
/// <param name="Negative">Answered otherwise.</param>
/// <param name="Unanswered">Not answered.</param>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="Results">Each message.</param>
internal sealed record SendReport(int Sent, int Positive, int Negative, int Unanswered, double Seconds, IReadOnlyList<SendResult> Results);
