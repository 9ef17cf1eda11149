namespace ChannelHost.Storage.Messages.Writing;

/// <summary>Stores a new message.</summary>
internal sealed class AddWork(MessageRecord message, EncodedRecord encoded) : StoreWork<StoredOutcome>
{
    internal override long Size => 512 + message.Raw.Length + (message.Encoded?.Length ?? 0) + message.Destinations.Count * 256L + SizeOf(message.Attachments);

    internal override bool IsIntake => true;

    internal override void Execute(MessageTables tables) => Result = tables.Add(message, encoded);

    // A destination's lane may wait for the same commit: what it does next must not come before the sender's answer.
    internal override void CompleteHere()
    {
        if (message.Destinations.Count == 0)
        {
            CompleteDirectly();
        }
        else
        {
            Complete();
        }
    }
}

/// <summary>Records the outcome at the source.</summary>
internal sealed class CompleteWork(MessageRecord message, EncodedRecord encoded) : StoreWork<StoredOutcome>
{
    internal override long Size => 512 + (message.Encoded?.Length ?? 0) + message.Destinations.Count * 256L + SizeOf(message.Attachments);

    internal override void Execute(MessageTables tables) => Result = tables.Complete(message, encoded);
}

/// <summary>Records what became of a message at a destination.</summary>
internal sealed class UpdateWork(DestinationUpdate update, byte[]? stateChanges) : StoreWork<long>
{
    internal override long Size => 256 + (update.Response?.Length ?? 0) + SizeOf(update.Attachments);

    internal override void Execute(MessageTables tables) => Result = tables.Update(update, stateChanges);
}

/// <summary>Records how a chain goes on.</summary>
internal sealed class AdvanceWork(ChainStep step, EncodedStep encoded) : StoreWork<long>
{
    internal override long Size => 256 + step.Destinations.Sum(record => 256L + (record.Content?.Length ?? 0)) + SizeOf(step.Attachments);

    internal override void Execute(MessageTables tables) => Result = tables.Advance(step, encoded);
}

/// <summary>Records what the postprocessor left behind.</summary>
internal sealed class AfterwardsWork(long messageId, byte[]? stateChanges, string? error, IReadOnlyList<Attachment> attachments) : StoreWork<long>
{
    internal override long Size => 256 + (stateChanges?.Length ?? 0) + (error?.Length ?? 0) + SizeOf(attachments);

    internal override void Execute(MessageTables tables) => Result = tables.RecordAfterwards(messageId, stateChanges, error, attachments);
}

/// <summary>A commit without an entry: it raises the ceiling of ids, or finds out whether the disk works again.</summary>
internal sealed class EmptyWork : StoreWork<long>
{
    internal override void Execute(MessageTables tables)
    {
        // The commit itself is what it is for.
    }
}

/// <summary>Something that is put together from the tables' operations.</summary>
internal sealed class TablesWork<T>(Func<MessageTables, T> operation) : StoreWork<T>
{
    internal override void Execute(MessageTables tables) => Result = operation(tables);
}
