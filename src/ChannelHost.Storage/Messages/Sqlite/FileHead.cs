using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>
/// What stands between SQLite and one of its files. SQLite reaches a file through a table of functions that the file points to. This puts a copy of that table in its place, in which
/// some functions can be exchanged; locks and everything else stay SQLite's. It is the beginning of a structure in unmanaged memory: the file's pointer leads from each call to that.
/// </summary>
internal unsafe struct FileHead
{
    /// <summary>The table that SQLite calls from now on.</summary>
    internal NativeMethods Methods;

    /// <summary>SQLite's own.</summary>
    internal NativeMethods* Original;

    private NativeFile* _file;

    /// <summary>Puts a head before a file that is open.</summary>
    internal static void Put(FileHead* head, NativeFile* file)
    {
        head->_file = file;
        head->Original = file->Methods;
        head->Methods = *file->Methods;
        head->Methods.Close = &Close;
        file->Methods = &head->Methods;
    }

    /// <summary>Takes it away again from a file that SQLite would not close: it must not point to memory that is gone.</summary>
    internal static void TakeBack(FileHead* head)
    {
        if (head->_file is not null)
        {
            head->_file->Methods = head->Original;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(NativeFile* file)
    {
        var head = (FileHead*)file->Methods;
        head->_file = null;
        file->Methods = head->Original;
        return head->Original->Close(file);
    }
}

/// <summary>The head of SQLite's <c>sqlite3_file</c>.</summary>
internal unsafe struct NativeFile
{
    internal NativeMethods* Methods;
}

/// <summary>SQLite's <c>sqlite3_io_methods</c>. What comes after <see cref="FileSize"/> is copied and not called from here.</summary>
internal unsafe struct NativeMethods
{
    internal int Version;
    internal delegate* unmanaged[Cdecl]<NativeFile*, int> Close;
    internal delegate* unmanaged[Cdecl]<NativeFile*, byte*, int, long, int> Read;
    internal delegate* unmanaged[Cdecl]<NativeFile*, byte*, int, long, int> Write;
    internal delegate* unmanaged[Cdecl]<NativeFile*, long, int> Truncate;
    internal delegate* unmanaged[Cdecl]<NativeFile*, int, int> Sync;
    internal delegate* unmanaged[Cdecl]<NativeFile*, long*, int> FileSize;
    internal Rest Others;

    /// <summary>Locks, control, sector size, characteristics, shared memory and mapping: the table of version 3.</summary>
    [InlineArray(12)]
    internal struct Rest
    {
        private nint _function;
    }
}
