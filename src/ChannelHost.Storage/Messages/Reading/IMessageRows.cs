namespace ChannelHost.Storage.Messages.Reading;

/// <summary>Rows and contents of messages as a store holds them, from which <see cref="MessageViews"/> makes what other rooms see.</summary>
internal interface IMessageRows
{
    /// <summary>What the numbers in rows stand for.</summary>
    NameTable Names { get; }

    /// <summary>A message's row, or null.</summary>
    MessageRow? Message(long id);

    /// <summary>A message's destinations in the order in which the channel first used them.</summary>
    List<DestinationRow> Destinations(long messageId);

    /// <summary>All contents of a message by slot.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be trusted.</exception>
    Dictionary<int, byte[]> Contents(long messageId);

    /// <summary>One content of a message, or null.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be trusted.</exception>
    byte[]? Content(long messageId, int slot);

    /// <summary>The id that a message had where it was archived; 0 when it was received here.</summary>
    long OriginalOf(long messageId) => 0;
}
