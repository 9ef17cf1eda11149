namespace ChannelHost.Storage.Messages.Reading;

/// <summary>A stored entry that cannot be trusted any more; it is set to Error, so that people see it and the others go on.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="Destination">The destination's number; <see cref="StatusCounts.Source"/> for the message itself.</param>
/// <param name="Reason">What is wrong with it.</param>
internal readonly record struct DamagedEntry(long MessageId, int Destination, string Reason);
