namespace ChannelHost.Engine.Recovery;

/// <summary>
/// A word from one process to the next: every outcome is recorded, nothing that waits in a queue may have been delivered. Without it the next process marks
/// the first messages of each queue as re-attempts. It is written only where something waits, and taken away before anything is sent.
/// </summary>
internal sealed class CleanStop(IMessageStore store, IChannelState state)
{
    private const string Document = "queues.clean-stop";
    private const string Yes = "true";
    private const string No = "false";

    /// <summary>Tells whether the last process left the word, and takes it away.</summary>
    /// <exception cref="StoreException">It cannot be taken away: nothing must be sent, because the process after this one would believe it.</exception>
    public bool Take()
    {
        if (state.ReadDocument(Document) != Yes)
        {
            return false;
        }

        state.WriteDocument(Document, No);
        return true;
    }

    /// <summary>Leaves the word.</summary>
    /// <exception cref="StoreException">It cannot be written; the next process then marks what needs no mark.</exception>
    public void Leave()
    {
        if (store.Counts().Any(count => count is { Status: MessageStatus.Queued, Count: > 0 } && count.Connector != "source"))
        {
            state.WriteDocument(Document, Yes);
        }
    }
}
