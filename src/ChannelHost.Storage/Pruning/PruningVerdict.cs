namespace ChannelHost.Storage.Pruning;

/// <summary>What becomes of a stored message.</summary>
internal enum PruningVerdict
{
    /// <summary>It stays as it is.</summary>
    Stays,

    /// <summary>Its content goes: what was received and sent, maps, answers, attachments. Its row stays.</summary>
    LosesContent,

    /// <summary>All of it goes.</summary>
    Goes,
}
