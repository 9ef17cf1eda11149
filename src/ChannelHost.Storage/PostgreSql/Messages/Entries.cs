using ChannelHost.Storage.Messages;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Stores a new message.</summary>
internal sealed class AddEntry(MessageRecord message, EncodedRecord encoded) : GroupEntry<StoredOutcome>
{
    internal override long Size =>
        512 + message.Raw.Length + (message.Encoded?.Length ?? 0) + message.Destinations.Sum(record => 256L + (record.Content?.Length ?? 0)) + message.Attachments.Sum(attachment => 256L + attachment.Content.Length);

    internal override bool IsIntake => true;

    internal override void Announce(GroupNeeds needs)
    {
        if (message.ControlId is { } controlId)
        {
            needs.ControlIds.Add(controlId);
        }

        if (message.BatchStep is { Number: > 1 } step)
        {
            needs.Batches.Add(step.OnceKey);
        }
    }

    internal override void Execute(MessageGroup group) => Result = group.Add(message, encoded);
}

/// <summary>Records the outcome at the source.</summary>
internal sealed class CompleteEntry(MessageRecord message, EncodedRecord encoded) : GroupEntry<StoredOutcome>
{
    internal override long Size =>
        512 + (message.Encoded?.Length ?? 0) + message.Destinations.Sum(record => 256L + (record.Content?.Length ?? 0)) + message.Attachments.Sum(attachment => 256L + attachment.Content.Length);

    internal override void Announce(GroupNeeds needs)
    {
        needs.Messages.Add(message.Id);
        if (message.ControlId is { } controlId)
        {
            needs.ControlIds.Add(controlId);
        }

        if (message.Attachments.Count > 0)
        {
            needs.Attachments.Add(message.Id);
        }
    }

    internal override void Execute(MessageGroup group) => Result = group.Complete(message, encoded);
}

/// <summary>Records what became of a message at a destination.</summary>
internal sealed class UpdateEntry(DestinationUpdate update, byte[]? stateChanges) : GroupEntry<long>
{
    internal override long Size => 256 + (update.Response?.Length ?? 0) + update.Attachments.Sum(attachment => 256L + attachment.Content.Length);

    internal override void Announce(GroupNeeds needs)
    {
        needs.Messages.Add(update.MessageId);
        if (update.Attachments.Count > 0)
        {
            needs.Attachments.Add(update.MessageId);
        }
    }

    internal override void Execute(MessageGroup group) => Result = group.Update(update, stateChanges);
}

/// <summary>Records how a chain goes on.</summary>
internal sealed class AdvanceEntry(ChainStep step, EncodedStep encoded) : GroupEntry<long>
{
    internal override long Size => 256 + step.Destinations.Sum(record => 256L + (record.Content?.Length ?? 0)) + step.Attachments.Sum(attachment => 256L + attachment.Content.Length);

    internal override void Announce(GroupNeeds needs)
    {
        needs.Messages.Add(step.MessageId);
        if (step.Attachments.Count > 0)
        {
            needs.Attachments.Add(step.MessageId);
        }
    }

    internal override void Execute(MessageGroup group) => Result = group.Advance(step, encoded);
}

/// <summary>Records what the postprocessor left behind.</summary>
internal sealed class AfterwardsEntry(long messageId, byte[]? stateChanges, string? error, IReadOnlyList<Attachment> attachments) : GroupEntry<long>
{
    internal override long Size => 256 + (stateChanges?.Length ?? 0) + (error?.Length ?? 0) + attachments.Sum(attachment => 256L + attachment.Content.Length);

    internal override void Announce(GroupNeeds needs)
    {
        needs.Messages.Add(messageId);
        if (attachments.Count > 0)
        {
            needs.Attachments.Add(messageId);
        }
    }

    internal override void Execute(MessageGroup group) => Result = group.RecordAfterwards(messageId, stateChanges, error, attachments);
}

/// <summary>Records what a sender was told.</summary>
internal sealed class AnswerEntry(long messageId, byte[] answer) : GroupEntry<bool>
{
    internal override long Size => 256 + answer.Length;

    internal override void Announce(GroupNeeds needs) => needs.Answers.Add(messageId);

    internal override void Execute(MessageGroup group) => group.RecordAnswer(messageId, answer);
}

/// <summary>A commit without a change: it raises the ceiling of ids, or finds out whether the server works again.</summary>
internal sealed class EmptyEntry : GroupEntry<bool>
{
    internal override void Execute(MessageGroup group)
    {
        // The commit itself is what it is for.
    }
}

/// <summary>Something that is put together from a group's operations on messages that are named before.</summary>
internal sealed class MessagesEntry<T>(IReadOnlyList<long> messages, Func<MessageGroup, T> operation) : GroupEntry<T>
{
    internal override long Size => 256L * messages.Count;

    internal override void Announce(GroupNeeds needs) => needs.Messages.UnionWith(messages);

    internal override void Execute(MessageGroup group) => Result = operation(group);
}

/// <summary>Statements of its own, in a transaction of their own.</summary>
internal sealed class AloneEntry<T>(Func<NpgsqlConnection, MessageGroup, T> operation) : GroupEntry<T>, IAloneEntry
{
    internal override bool IsAlone => true;

    internal override void Execute(MessageGroup group)
    {
        // All of it is done in the transaction.
    }

    void IAloneEntry.Execute(NpgsqlConnection connection, MessageGroup group) => Result = operation(connection, group);
}

/// <summary>An entry that runs its own statements.</summary>
internal interface IAloneEntry
{
    /// <summary>Runs in a transaction that is committed afterwards.</summary>
    void Execute(NpgsqlConnection connection, MessageGroup group);
}
