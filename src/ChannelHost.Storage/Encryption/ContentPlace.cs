namespace ChannelHost.Storage.Encryption;

/// <summary>What a piece of content is. The numbers are part of what is authenticated: never renumber.</summary>
internal enum ContentKind : byte
{
    /// <summary>A message's content or map; the slot says which.</summary>
    Content = 1,

    /// <summary>An attachment, by its id and type.</summary>
    Attachment = 2,

    /// <summary>The error text of a message, or of one of its destinations.</summary>
    Error = 3,

    /// <summary>The search values of a message.</summary>
    Metadata = 4,

    /// <summary>What the sender of a message was answered.</summary>
    Answer = 5,

    /// <summary>State changes, by their sequence.</summary>
    StateChanges = 6,

    /// <summary>The newest value of a map's key.</summary>
    StateValue = 7,

    /// <summary>A once-key.</summary>
    OnceKey = 8,

    /// <summary>An entry of the map in a state file.</summary>
    MapEntry = 9,

    /// <summary>A document in a state file.</summary>
    Document = 10,

    /// <summary>The key of the blind index.</summary>
    IndexKey = 11,

    /// <summary>A piece of an archive.</summary>
    Archive = 12,
}

/// <summary>
/// Where a piece of content belongs. It is authenticated with the content: a piece that turns up anywhere else is not accepted.
/// The channel is bound by the key.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">The message's id, or another number.</param>
/// <param name="Slot">The slot, or another number.</param>
/// <param name="Name">A name, where there is one.</param>
internal readonly record struct ContentPlace(ContentKind Kind, long Id, int Slot = 0, string Name = "");
