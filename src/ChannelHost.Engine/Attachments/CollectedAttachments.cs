namespace ChannelHost.Engine.Attachments;

/// <summary>What an attachment script takes out of a message that has no id yet.</summary>
internal sealed class CollectedAttachments : IAttachments
{
    private readonly List<Attachment> _all = [];
    private long _bytes;

    /// <inheritdoc/>
    public IReadOnlyList<Attachment> All => _all;

    /// <inheritdoc/>
    public IReadOnlyList<Attachment> Of(string channel, long messageId) => [];

    /// <inheritdoc/>
    public void Add(Attachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        _bytes += attachment.Content.Length;
        if (_all.Count == AttachmentLimits.Most || _bytes > AttachmentLimits.MostBytes)
        {
            throw new AttachmentException($"A message has at most {AttachmentLimits.Most:N0} attachments of {AttachmentLimits.MostBytes >> 20} MB together.");
        }

        _all.RemoveAll(known => known.Id == attachment.Id);
        _all.Add(attachment);
    }

    /// <inheritdoc/>
    public bool Update(Attachment attachment)
    {
        var index = _all.FindIndex(known => known.Id == attachment.Id);
        if (index < 0)
        {
            return false;
        }

        _all[index] = attachment;
        return true;
    }
}
