using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>
/// Stands between one connection and its write-ahead log. SQLite writes header and page of each frame by calls of their own and syncs with <c>fsync</c>, which also
/// writes the file's times. Here frames that follow each other are one write, and a sync is <c>fdatasync</c>. What SQLite promises stays as it is:
/// nothing is kept back over a sync, and whoever reads the log through this connection reads what was written.
/// </summary>
/// <remarks>
/// See <see cref="FileHead"/>. What is kept here when the file is closed belongs to a transaction that was never committed: a commit ends with a sync. Other connections to the
/// same file, which only read, are not touched.
/// </remarks>
internal sealed unsafe class LogFile : IDisposable
{
    // Sixteen frames: large groups are written in such pieces, and the page cache does not make one large folio of them.
    private const int Room = 64 << 10;
    private const int HeaderSize = 32;
    private const int SaltOffset = 16;
    private const int IoErrorOfWrite = NativeSqlite.IoError | (3 << 8);

    private State* _state;

    private LogFile(State* state) => _state = state;

    /// <summary>Which round of the log this is, as its header says; 0 until this connection has begun one.</summary>
    internal ulong Salt => _state->Salt;

    /// <summary>Puts itself before the log of an open connection that has read from it.</summary>
    /// <param name="database">The connection. It must be closed before this is disposed.</param>
    /// <param name="descriptor">The log, opened for writing before anything is written by way of this.</param>
    internal static LogFile Attach(SqliteDatabase database, int descriptor)
    {
        var state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        FileHead.Put(&state->Head, database.LogHandle());
        state->Head.Methods.Read = &Read;
        state->Head.Methods.Write = &Write;
        state->Head.Methods.Truncate = &Truncate;
        state->Head.Methods.Sync = &Sync;
        state->Head.Methods.FileSize = &FileSize;
        state->Kept = (byte*)NativeMemory.Alloc(Room);
        state->Descriptor = descriptor;
        return new LogFile(state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var state = _state;
        _state = null;
        if (state is null)
        {
            return;
        }

        FileHead.TakeBack(&state->Head);
        NativeMemory.Free(state->Kept);
        NativeMemory.Free(state);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(NativeFile* file, byte* bytes, int count, long offset)
    {
        var state = Of(file);
        if (offset == 0 && count == HeaderSize)
        {
            state->Salt = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(bytes + SaltOffset, sizeof(ulong)));
        }

        if ((state->Length > 0 && offset != state->At + state->Length) || state->Length + count > Room)
        {
            var code = Flush(file);
            if (code != NativeSqlite.Ok)
            {
                return code;
            }
        }

        if (count > Room)
        {
            return state->Head.Original->Write(file, bytes, count, offset);
        }

        if (state->Length == 0)
        {
            state->At = offset;
        }

        Unsafe.CopyBlockUnaligned(state->Kept + state->Length, bytes, (uint)count);
        state->Length += count;
        return NativeSqlite.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(NativeFile* file, int flags)
    {
        var state = Of(file);
        var code = Flush(file);
        if (code != NativeSqlite.Ok)
        {
            return code;
        }

        if (!state->IsNameSynced)
        {
            // SQLite's own first sync of a log covers the folder that names it, too.
            code = state->Head.Original->Sync(file, flags);
            state->IsNameSynced = code == NativeSqlite.Ok;
            return code;
        }

        return Posix.TrySyncData(state->Descriptor) ? NativeSqlite.Ok : NativeSqlite.IoErrorOfSync;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(NativeFile* file, byte* bytes, int count, long offset)
    {
        var code = Flush(file);
        return code == NativeSqlite.Ok ? Of(file)->Head.Original->Read(file, bytes, count, offset) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(NativeFile* file, long size)
    {
        var code = Flush(file);
        return code == NativeSqlite.Ok ? Of(file)->Head.Original->Truncate(file, size) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(NativeFile* file, long* size)
    {
        var code = Flush(file);
        return code == NativeSqlite.Ok ? Of(file)->Head.Original->FileSize(file, size) : code;
    }

    // What could not be written stays lost, as when SQLite had written it itself: the transaction fails and writes it all anew.
    private static int Flush(NativeFile* file)
    {
        var state = Of(file);
        var length = state->Length;
        if (length == 0)
        {
            return NativeSqlite.Ok;
        }

        state->Length = 0;
        var code = state->Head.Original->Write(file, state->Kept, length, state->At);
        return code == NativeSqlite.Ok || (code & 0xff) is NativeSqlite.Full or NativeSqlite.IoError ? code : IoErrorOfWrite;
    }

    private static State* Of(NativeFile* file) => (State*)file->Methods;

    // The head first: a file's pointer to its table leads here.
    private struct State
    {
        internal FileHead Head;
        internal byte* Kept;
        internal long At;
        internal ulong Salt;
        internal int Length;
        internal int Descriptor;
        internal bool IsNameSynced;
    }
}
