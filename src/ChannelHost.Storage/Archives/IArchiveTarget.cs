namespace ChannelHost.Storage.Archives;

/// <summary>A store that takes messages of archives in.</summary>
internal interface IArchiveTarget
{
    /// <summary>
    /// Brings messages in, in one commit: each gets an id of its own, is marked with the one it had, and never goes anywhere. What is there already, from an earlier import or because
    /// it was never removed, is passed over.
    /// </summary>
    /// <param name="messages">The messages, in order.</param>
    /// <param name="origin">The channel that they were archived from.</param>
    /// <param name="now">When they are brought in.</param>
    /// <returns>How many were taken.</returns>
    /// <exception cref="StoreException">They could not be stored.</exception>
    ValueTask<int> ImportAsync(IReadOnlyList<ArchivedMessage> messages, string origin, DateTimeOffset now);
}
