using ChannelHost.Engine.Attachments;

namespace ChannelHost.Engine.Destinations;

/// <summary>The attachments of messages on their way to one destination.</summary>
/// <param name="store">The channel's messages.</param>
/// <param name="shelves">Those of other channels.</param>
/// <param name="how">What becomes of tokens.</param>
/// <param name="codec">How messages for this destination are written.</param>
internal sealed class DestinationAttachments(
    IMessageStore store,
    AttachmentShelves shelves,
    AttachmentPutting how,
    IMessageCodec codec)
{
    /// <summary>A message's attachments; one that comes from the store gets them now.</summary>
    public Reattachment Of(long messageId, MessageMaps maps)
    {
        if (maps.Attachments is not MessageAttachments attachments)
        {
            maps.Attachments = attachments = Stored(messageId);
        }

        return new Reattachment(attachments, messageId, how, maps.Source);
    }

    /// <summary>The attachments of a message that is in the store.</summary>
    public MessageAttachments Stored(long messageId) => new(messageId, store, shelves, isStored: true);

    /// <summary>What is sent of a message.</summary>
    /// <exception cref="AttachmentException">It would be too large.</exception>
    public ReadOnlyMemory<byte> Put(Reattachment attachments, ReadOnlyMemory<byte> content) => attachments.Apply(content, codec);
}
