using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>
/// The SQL function <c>opened(kind, id, slot, stored)</c>: what was sealed for a place, so that a search by text finds it; anything else as it is.
/// What cannot be opened is NULL: a search finds what can be read, and whoever reads the message is told of the damage.
/// </summary>
internal static unsafe class OpenedFunction
{
    private const int Arguments = 4;

    /// <summary>Makes the function known on a connection. The handle must live as long as that.</summary>
    internal static void AddTo(SqliteDatabase database, GCHandle codec)
    {
        fixed (byte* name = "opened\0"u8)
        {
            database.Check(NativeSqlite.CreateFunction(database.Handle, name, Arguments, NativeSqlite.Utf8, GCHandle.ToIntPtr(codec), &Open, 0, 0, 0));
        }
    }

    // No exception may leave this method: the caller is C.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Open(nint context, int count, nint* values)
    {
        if (NativeSqlite.ValueType(values[3]) != NativeSqlite.Blob)
        {
            NativeSqlite.ResultValue(context, values[3]);
            return;
        }

        var stored = new ReadOnlySpan<byte>(NativeSqlite.ValueBlob(values[3]), NativeSqlite.ValueBytes(values[3]));
        if (ContentCodec.FormOf(stored) == ContentCodec.PlainForm)
        {
            NativeSqlite.ResultValue(context, values[3]);
            return;
        }

        try
        {
            var codec = (ContentCodec)GCHandle.FromIntPtr(NativeSqlite.UserData(context)).Target!;
            var place = new ContentPlace((ContentKind)NativeSqlite.ValueInteger(values[0]), NativeSqlite.ValueInteger(values[1]), (int)NativeSqlite.ValueInteger(values[2]));
            var content = codec.Open(place, stored);
            fixed (byte* start = content)
            {
                NativeSqlite.ResultBlob(context, start, content.Length, NativeSqlite.Transient);
            }
        }
        catch (Exception)
        {
            NativeSqlite.ResultNull(context);
        }
    }
}
