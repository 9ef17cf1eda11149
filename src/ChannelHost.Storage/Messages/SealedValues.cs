using System.Buffers.Binary;
using System.Text;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// The search values of a message as they are sealed, for every kind of store. Where what people search by is hidden, the control id stands with them, because its own
/// column holds a hash then: flags, its length, the control id, the values as JSON.
/// </summary>
internal static class SealedValues
{
    private const byte Hidden = 1;
    private const byte WithControlId = 2;

    /// <summary>Where the values of a message belong.</summary>
    internal static ContentPlace PlaceOf(long messageId) => new(ContentKind.Metadata, messageId);

    /// <summary>A control id as its column holds it where it is hidden.</summary>
    internal static byte[] HiddenControlId(ContentCodec codec, string controlId) => HiddenControlId(codec.Index!, controlId);

    /// <summary>The same by an index.</summary>
    internal static byte[] HiddenControlId(BlindIndex index, string controlId) => index.Of("control id", controlId);

    /// <summary>What is to be sealed; null when there is nothing.</summary>
    internal static byte[]? Content(ContentCodec codec, string? controlId, byte[]? metadata)
    {
        var hasControlId = codec.SealsAll && controlId is not null;
        if (metadata is null && !hasControlId)
        {
            return null;
        }

        var id = hasControlId ? Encoding.UTF8.GetBytes(controlId!) : [];
        var content = new byte[1 + sizeof(int) + id.Length + (metadata?.Length ?? 0)];
        content[0] = (byte)((codec.SealsAll ? Hidden : 0) | (hasControlId ? WithControlId : 0));
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(1), id.Length);
        id.CopyTo(content, 1 + sizeof(int));
        metadata?.CopyTo(content, 1 + sizeof(int) + id.Length);
        return content;
    }

    /// <summary>What <see cref="Content"/> made.</summary>
    internal static (string? ControlId, byte[]? Metadata, bool IsHidden) Parse(byte[] content)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(1));
        var rest = content.AsSpan(1 + sizeof(int));
        return (
            (content[0] & WithControlId) != 0 ? Encoding.UTF8.GetString(rest[..length]) : null,
            rest.Length == length ? null : rest[length..].ToArray(),
            (content[0] & Hidden) != 0);
    }

    /// <summary>Opens a piece of a row; null when its key is not there. One that is not what was sealed for the place makes the row unsound, like a checksum that does not fit.</summary>
    internal static byte[]? Opened(ReadOnlySpan<byte> piece, ContentCodec codec, in ContentPlace place, ref bool isSound)
    {
        // A row whose checksum does not fit is told so once; what it holds is not worth opening.
        if (!isSound || !codec.CanOpen(ContentCodec.FormOf(piece)))
        {
            return null;
        }

        try
        {
            return codec.Open(place, piece);
        }
        catch (InvalidDataException)
        {
            isSound = false;
            return null;
        }
    }
}
