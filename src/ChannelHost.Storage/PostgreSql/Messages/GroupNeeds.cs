using ChannelHost.Storage.Messages;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>What a group must know of the stored before it can be put together: all of it is read in one exchange with the server.</summary>
internal sealed class GroupNeeds
{
    internal HashSet<long> Messages { get; } = [];

    /// <summary>Of which messages the ids of attachments are needed.</summary>
    internal HashSet<long> Attachments { get; } = [];

    internal HashSet<string> ControlIds { get; } = [];

    internal HashSet<string> Batches { get; } = [];

    /// <summary>Of which messages the kept answer is needed.</summary>
    internal HashSet<long> Answers { get; } = [];

    internal bool IsEmpty => Messages.Count + Attachments.Count + ControlIds.Count + Batches.Count + Answers.Count == 0;

    internal void Clear()
    {
        Messages.Clear();
        Attachments.Clear();
        ControlIds.Clear();
        Batches.Clear();
        Answers.Clear();
    }
}

/// <summary>The first message with a control id.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Hash">The hash of its content.</param>
internal readonly record struct FirstOfControlId(long Id, byte[]? Hash);

/// <summary>The stored answer to a key.</summary>
/// <param name="KeyHash">The hash of the key.</param>
/// <param name="Fingerprint">Of the request.</param>
/// <param name="Answer">As encoded; null while there is none.</param>
internal sealed record StoredAnswer(byte[] KeyHash, string Fingerprint, byte[]? Answer);

/// <summary>A message as the writer knows it: as it is stored, or as the group will leave it.</summary>
/// <param name="Message">Its row.</param>
/// <param name="Destinations">Its destinations.</param>
internal sealed record KnownMessage(MessageRow Message, DestinationRow[] Destinations);
