using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// How the texts of rows stand in their columns: as UTF-8, or sealed. A sealed piece begins as no UTF-8 does, so a column says itself which of both it is.
/// Checks are over what is stored.
/// </summary>
internal static class PgRowForm
{
    /// <summary>The columns of a message's row that hold text, and the row's check.</summary>
    internal readonly record struct Texts(byte[]? ControlId, byte[]? MessageType, byte[]? Metadata, byte[]? Error, long Check);

    /// <summary>What is stored for a message's row.</summary>
    internal static Texts Of(ContentCodec codec, MessageRow row)
    {
        var controlId = row.ControlId is { } id ? ControlId(codec, id) : null;
        var messageType = PgHash.Utf8(row.MessageType);
        var metadata = !codec.Seals ? row.Metadata
            : SealedValues.Content(codec, row.ControlId, row.Metadata) is { } content ? codec.Seal(SealedValues.PlaceOf(row.Id), content).ToArray() : null;
        var error = Error(codec, DestinationRow.PlaceOf(row.Id, StatusCounts.Source), row.Error);
        return new Texts(controlId, messageType, metadata, error, row.Check(controlId, messageType, metadata, error));
    }

    /// <summary>What is stored for the row of a destination: its error text and the row's check.</summary>
    internal static (byte[]? Error, long Check) Of(ContentCodec codec, DestinationRow row)
    {
        var error = Error(codec, DestinationRow.PlaceOf(row.MessageId, row.Destination), row.Error);
        return (error, row.Check(error));
    }

    /// <summary>A control id as its column holds it.</summary>
    internal static byte[] ControlId(ContentCodec codec, string controlId) => codec.SealsAll ? SealedValues.HiddenControlId(codec, controlId) : Encoding.UTF8.GetBytes(controlId);

    /// <summary>
    /// A control id as its column may hold it: in both forms while the channel changes from one to the other, the present one last. Rows go over to that one: who asks for each by a
    /// statement of its own, and so in a snapshot of its own, meets every row in this order at least once.
    /// </summary>
    internal static byte[][] ControlIds(ContentCodec codec, string controlId)
    {
        if (codec is not { HasOtherForms: true, Index: { } hidden })
        {
            return [ControlId(codec, controlId)];
        }

        var (plain, sealedId) = (Encoding.UTF8.GetBytes(controlId), SealedValues.HiddenControlId(hidden, controlId));
        return codec.SealsAll ? [plain, sealedId] : [sealedId, plain];
    }

    /// <summary>A search value to look for, or to remove, in the same way.</summary>
    internal static byte[][] SearchValues(ContentCodec codec, string name, string value) => codec is { HasOtherForms: true, Index: not null }
        ? [SearchValue(codec, hidden: false, name, value), SearchValue(codec, hidden: true, name, value)]
        : [SearchValue(codec, codec.SealsAll, name, value)];

    /// <summary>A search value as its column holds it.</summary>
    internal static byte[] SearchValue(ContentCodec codec, bool hidden, string name, string value) => hidden ? codec.Index!.Of(name, value) : Encoding.UTF8.GetBytes(value);

    /// <summary>What is stored for bytes that begin as UTF-8: sealed, or the same array.</summary>
    internal static byte[] Stored(ContentCodec codec, in ContentPlace place, byte[] text) => codec.Seals ? codec.Seal(place, text).ToArray() : text;

    /// <summary>A message's row from its columns; <paramref name="row"/> has all but the texts. What is sealed with a key that is not there is left out.</summary>
    internal static MessageRow Read(ContentCodec codec, MessageRow row, in Texts stored)
    {
        var isSound = stored.Check == row.Check(stored.ControlId, stored.MessageType, stored.Metadata, stored.Error);
        var (controlId, metadata, isHidden) = (default(string?), stored.Metadata, false);
        if (stored.Metadata is { } piece && SealedPiece.Is(piece))
        {
            (controlId, metadata, isHidden) = SealedValues.Opened(piece, codec, SealedValues.PlaceOf(row.Id), ref isSound) is { } content ? SealedValues.Parse(content) : (null, null, true);
        }

        return row with
        {
            ControlId = isHidden || stored.ControlId is null ? controlId : Encoding.UTF8.GetString(stored.ControlId),
            MessageType = stored.MessageType is null ? null : Encoding.UTF8.GetString(stored.MessageType),
            Metadata = metadata,
            Error = ReadError(codec, DestinationRow.PlaceOf(row.Id, StatusCounts.Source), stored.Error, ref isSound),
            IsHidden = isHidden,
            IsSound = isSound,
        };
    }

    /// <summary>The row of a destination from its columns; <paramref name="row"/> has all but the error text.</summary>
    internal static DestinationRow Read(ContentCodec codec, DestinationRow row, byte[]? error, long check)
    {
        var isSound = check == row.Check(error);
        var text = ReadError(codec, DestinationRow.PlaceOf(row.MessageId, row.Destination), error, ref isSound);
        return row with { Error = text, IsSound = isSound };
    }

    private static byte[]? Error(ContentCodec codec, in ContentPlace place, string? error) =>
        error is null ? null : Stored(codec, place, Encoding.UTF8.GetBytes(error));

    private static string? ReadError(ContentCodec codec, in ContentPlace place, byte[]? stored, ref bool isSound)
    {
        if (stored is null || !SealedPiece.Is(stored))
        {
            return stored is null ? null : Encoding.UTF8.GetString(stored);
        }

        return SealedValues.Opened(stored, codec, place, ref isSound) is { } text ? Encoding.UTF8.GetString(text) : null;
    }
}
