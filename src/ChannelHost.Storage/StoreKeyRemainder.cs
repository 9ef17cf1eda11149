namespace ChannelHost.Storage;

/// <summary>What a rotation did not get through.</summary>
/// <param name="Channel">The channel; the file where no channel has it.</param>
/// <param name="What">What is left, why, and what next, for people.</param>
public sealed record StoreKeyRemainder(string Channel, string What);
