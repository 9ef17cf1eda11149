using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// The one place where contents go into the database and come out of it. The check covers the key, so that a content cannot turn up under another message; it is over
/// what is stored, so that it can be checked without keys.
/// </summary>
internal static class PgContent
{
    internal const string Columns = "key, form, crc, data";
    internal const int Plain = 0;
    internal const int Sealed = 1;

    /// <summary>How contents are stored now.</summary>
    internal static int FormOf(ContentCodec codec) => codec.Seals ? Sealed : Plain;

    /// <summary>What is stored for a content.</summary>
    internal static ReadOnlyMemory<byte> Write(ContentCodec codec, long key, ReadOnlyMemory<byte> content) =>
        codec.Seals ? codec.Seal(PlaceOf(key), content.Span).ToArray() : content;

    /// <summary>The check of a content as it is stored.</summary>
    internal static long CheckOf(long key, int form, ReadOnlySpan<byte> stored)
    {
        var check = new RowCheck();
        check.Add(key);
        check.Add((long)form);
        check.Add(stored);
        return check.Value;
    }

    /// <summary>The content of a row.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those that were stored, or their key is not there.</exception>
    internal static byte[] Read(ContentCodec codec, long key, int form, long check, byte[] stored)
    {
        Require(key, form, check, stored);
        return form == Sealed ? codec.Open(PlaceOf(key), stored) : stored;
    }

    /// <summary>Checks what is stored, and opens it where its key is there.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those that were stored.</exception>
    internal static void Verify(ContentCodec codec, long key, int form, long check, byte[] stored)
    {
        Require(key, form, check, stored);
        if (form == Sealed && codec.CanOpen(ContentCodec.FormOf(stored)))
        {
            codec.Open(PlaceOf(key), stored);
        }
    }

    /// <summary>What is stored for an attachment, and the size of what was sealed; null for one in the clear.</summary>
    internal static (ReadOnlyMemory<byte> Stored, int? SealedSize) Write(ContentCodec codec, long messageId, Attachment attachment) => codec.Seals
        ? (codec.Seal(PlaceOf(messageId, attachment.Id), attachment.Content.Span).ToArray(), attachment.Content.Length)
        : (attachment.Content, null);

    /// <summary>An attachment from its row.</summary>
    /// <exception cref="InvalidDataException">The row is damaged, or its key is not there.</exception>
    internal static Attachment Read(ContentCodec codec, long messageId, string id, string type, long check, byte[] stored, int? sealedSize) =>
        check != CheckOfAttachment(messageId, id, type, stored, sealedSize) ? throw new InvalidDataException("a stored attachment is damaged: its checksum does not fit")
        : new Attachment(id, type, sealedSize is null ? stored : codec.Open(PlaceOf(messageId, id), stored));

    /// <summary>Checks the row of an attachment, and opens it where its key is there.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    internal static void Verify(ContentCodec codec, long messageId, string id, string type, long check, byte[] stored, int? sealedSize)
    {
        if (check != CheckOfAttachment(messageId, id, type, stored, sealedSize))
        {
            throw new InvalidDataException("the checksum of an attachment does not fit");
        }

        if (sealedSize is not null && codec.CanOpen(ContentCodec.FormOf(stored)))
        {
            codec.Open(PlaceOf(messageId, id), stored);
        }
    }

    internal static long CheckOfAttachment(long messageId, string id, string type, ReadOnlySpan<byte> stored, int? sealedSize)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(id);
        check.Add(type);
        check.Add(stored);
        if (sealedSize is { } size)
        {
            check.Add((long)size);
        }

        return check.Value;
    }

    internal static ContentPlace PlaceOfAnswer(long messageId) => new(ContentKind.Answer, messageId);

    internal static long CheckOfAnswer(long messageId, StoredAnswer answer)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(answer.KeyHash);
        check.Add(answer.Fingerprint);
        check.AddBytes(answer.Answer);
        return check.Value;
    }

    private static void Require(long key, int form, long check, byte[] stored)
    {
        if (form is not (Plain or Sealed))
        {
            throw new InvalidDataException($"a content is stored in form {form}, which this version does not know");
        }

        if (check != CheckOf(key, form, stored))
        {
            throw new InvalidDataException("the stored content is damaged: its checksum does not fit");
        }
    }

    private static ContentPlace PlaceOf(long key) => new(ContentKind.Content, ContentSlot.MessageOf(key), ContentSlot.SlotOf(key));

    private static ContentPlace PlaceOf(long messageId, string id) => new(ContentKind.Attachment, messageId, Name: id);
}
