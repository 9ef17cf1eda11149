namespace ChannelHost.Engine.Messages;

/// <summary>What senders and scripts are told of a status.</summary>
internal static class ToldStatus
{
    /// <summary>A message that was given up was not delivered, whatever the channel does with it then: that is an error to whoever asks.</summary>
    public static MessageStatus Told(this MessageStatus status) =>
        status is MessageStatus.DeadLetter or MessageStatus.Dropped ? MessageStatus.Error : status;
}
