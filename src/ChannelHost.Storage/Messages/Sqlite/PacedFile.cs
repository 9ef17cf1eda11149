using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>
/// Stands between one connection and its database file while the log is copied into that. SQLite writes all pages and then syncs once; the disk then has a thousand pages before it, and
/// every commit of the log waits behind them for milliseconds. Here a few pages at a time go to the disk, so that a commit waits behind a few. What SQLite promises stays as it is: its sync follows.
/// </summary>
/// <remarks>
/// The file's descriptor must be SQLite's own: to close another one to the same file would give up the locks that SQLite has on it (POSIX, fcntl). SQLite tells it to nobody; it stands
/// behind three pointers in <c>unixFile</c>. Where that should not lead to the file any more, SQLite goes on as it does by itself.
/// </remarks>
internal sealed unsafe class PacedFile : IDisposable
{
    private const int PiecePages = 32;
    private const int DescriptorOffset = 24;

    // On a disk that is slower than its writers the log would grow all the while.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    private State* _state;

    private PacedFile(State* state) => _state = state;

    /// <summary>Puts itself before the file of an open connection, which must be closed before this is disposed. Gives null when its descriptor is not found.</summary>
    internal static PacedFile? Attach(SqliteDatabase database)
    {
        var file = database.FileHandle();
        var descriptor = *(int*)((byte*)file + DescriptorOffset);
        if (!Posix.IsFile(descriptor, database.Path))
        {
            return null;
        }

        var state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        FileHead.Put(&state->Head, file);
        state->Head.Methods.Write = &Write;
        state->Descriptor = descriptor;
        return new PacedFile(state);
    }

    /// <summary>A copy begins: it is paced for a moment, and what it has then not written yet goes as fast as the disk takes it.</summary>
    internal void Begin()
    {
        _state->Written = 0;
        _state->Until = Stopwatch.GetTimestamp() + (long)(Longest.TotalSeconds * Stopwatch.Frequency);
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
        NativeMemory.Free(state);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(NativeFile* file, byte* bytes, int count, long offset)
    {
        var state = Of(file);
        var code = state->Head.Original->Write(file, bytes, count, offset);
        if (code != NativeSqlite.Ok)
        {
            return code;
        }

        state->From = state->Written == 0 ? offset : Math.Min(state->From, offset);
        state->To = state->Written == 0 ? offset + count : Math.Max(state->To, offset + count);
        if (++state->Written == PiecePages)
        {
            state->Written = 0;
            if (Stopwatch.GetTimestamp() < state->Until && !Posix.TryWriteBack(state->Descriptor, state->From, state->To - state->From))
            {
                return NativeSqlite.IoErrorOfSync;
            }
        }

        return NativeSqlite.Ok;
    }

    private static State* Of(NativeFile* file) => (State*)file->Methods;

    // The head first: a file's pointer to its table leads here.
    private struct State
    {
        internal FileHead Head;
        internal long From;
        internal long To;
        internal long Until;
        internal int Written;
        internal int Descriptor;
    }
}
