namespace ChannelHost.Engine.Attachments;

/// <summary>
/// The attachments of one message while it is on its way: those that are stored, read when somebody asks, and those that scripts have added since and
/// that go with the next commit. Its destinations may work at the same time, so it guards itself.
/// </summary>
internal sealed class MessageAttachments : IAttachments
{
    private readonly Lock _sync = new();
    private readonly long _messageId;
    private readonly IMessageStore _store;
    private readonly AttachmentShelves _shelves;

    // The newest of each id that this process has in hand, in order; null for none yet.
    private List<Attachment>? _inHand;
    private List<Attachment>? _toStore;
    private long _added;
    private readonly bool _isStored;

    /// <summary>Of a message that is in the store, or that has none so far.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="store">The channel's messages.</param>
    /// <param name="shelves">Those of other channels.</param>
    /// <param name="isStored">True when the store may hold some.</param>
    public MessageAttachments(long messageId, IMessageStore store, AttachmentShelves shelves, bool isStored)
    {
        (_messageId, _store, _shelves, _isStored) = (messageId, store, shelves, isStored);
    }

    /// <summary>Of a message that is about to be stored with what was taken out of it.</summary>
    public MessageAttachments(long messageId, IMessageStore store, AttachmentShelves shelves, IReadOnlyList<Attachment> taken)
        : this(messageId, store, shelves, isStored: false)
    {
        if (taken.Count > 0)
        {
            _inHand = [.. taken];
            _toStore = [.. taken];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Attachment> All
    {
        get
        {
            lock (_sync)
            {
                if (!_isStored)
                {
                    return _inHand is null ? [] : [.. _inHand];
                }

                var all = _store.ReadAttachments(_messageId).ToList();
                foreach (var attachment in _inHand ?? [])
                {
                    Put(all, attachment);
                }

                return all;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Attachment> Of(string channel, long messageId) => _shelves.Find(channel)?.ReadAttachments(messageId) ?? [];

    /// <summary>One of this message; null when it has none of that id.</summary>
    public Attachment? Find(string id)
    {
        lock (_sync)
        {
            return _inHand?.Find(attachment => attachment.Id == id) ?? (_isStored ? _store.ReadAttachment(_messageId, id) : null);
        }
    }

    /// <summary>One of another message; null when there is none.</summary>
    public Attachment? Find(string channel, long messageId, string id) => _shelves.Find(channel)?.ReadAttachment(messageId, id);

    /// <inheritdoc/>
    public void Add(Attachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        lock (_sync)
        {
            _added += attachment.Content.Length;
            if (_added > AttachmentLimits.MostBytes || (_inHand?.Count ?? 0) >= AttachmentLimits.Most)
            {
                throw new AttachmentException($"Message {_messageId}: scripts may add at most {AttachmentLimits.Most:N0} attachments of {AttachmentLimits.MostBytes >> 20} MB together.");
            }

            Put(_inHand ??= [], attachment);
            Put(_toStore ??= [], attachment);
        }
    }

    /// <inheritdoc/>
    public bool Update(Attachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        if (Find(attachment.Id) is null)
        {
            return false;
        }

        Add(attachment);
        return true;
    }

    /// <summary>What the next commit has to store. Call once for each commit; what is given is taken for stored.</summary>
    public IReadOnlyList<Attachment> TakeToStore()
    {
        lock (_sync)
        {
            var toStore = _toStore;
            _toStore = null;
            return toStore ?? (IReadOnlyList<Attachment>)[];
        }
    }

    private static void Put(List<Attachment> onto, Attachment attachment)
    {
        var index = onto.FindIndex(known => known.Id == attachment.Id);
        if (index < 0)
        {
            onto.Add(attachment);
        }
        else
        {
            onto[index] = attachment;
        }
    }
}
