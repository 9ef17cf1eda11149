using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>The one place where contents go into the database and come out of it. The check covers the key, so that a content cannot turn up under another message.</summary>
internal static class PgContent
{
    internal const string Columns = "key, form, crc, data";
    internal const int Plain = 0;

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
    /// <exception cref="InvalidDataException">The bytes are not those that were stored.</exception>
    internal static byte[] Read(long key, int form, long check, byte[] stored)
    {
        if (form != Plain)
        {
            throw new InvalidDataException($"a content is stored in form {form}, which this version does not know");
        }

        return check == CheckOf(key, form, stored) ? stored : throw new InvalidDataException("the stored content is damaged: its checksum does not fit");
    }

    internal static long CheckOfAttachment(long messageId, string id, string type, ReadOnlySpan<byte> content)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(id);
        check.Add(type);
        check.Add(content);
        return check.Value;
    }

    internal static long CheckOfAnswer(long messageId, StoredAnswer answer)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(answer.KeyHash);
        check.Add(answer.Fingerprint);
        if (answer.Answer is null)
        {
            check.AddNull();
        }
        else
        {
            check.Add(answer.Answer);
        }

        return check.Value;
    }
}
