using System.Runtime.InteropServices;

namespace ChannelHost.Storage.Files;

/// <summary>
/// The few calls of libc that durability needs. .NET's own flush hides a failed fsync, and it cannot sync a directory.
/// The constants are those of Linux.
/// </summary>
internal static partial class Posix
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int AppendOnly = 0x400;
    internal const int CloseOnExec = 0x80000;

    // O_DIRECTORY differs between architectures; O_RDONLY opens a directory everywhere, so it is not needed.
    private const int Interrupted = 4;
    internal const int NotFound = 2;
    internal const int AlreadyExists = 17;
    internal const int CrossDevice = 18;
    internal const int InvalidArgument = 22;
    internal const int NotImplemented = 38;
    internal const int NotSupported = 95;
    internal const int WouldBlock = 11;

    private const uint WriteBackAndWait = 1 | 2 | 4;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int LockRelease = 8;
    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;

    /// <summary>Opens a file; fails with <see cref="IOException"/>.</summary>
    internal static int Open(string path, int flags, UnixFileMode mode = UnixFileMode.None)
    {
        var descriptor = TryOpen(path, flags, mode);
        return descriptor >= 0 ? descriptor : throw Failure("open", path);
    }

    /// <summary>Opens a file; -1 and errno when it cannot.</summary>
    internal static int TryOpen(string path, int flags, UnixFileMode mode = UnixFileMode.None)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The stores of ChannelHost need Linux: their guarantees rest on its fsync and flock.");
        }

        int result;
        do
        {
            result = SysOpen(path, flags | CloseOnExec, (uint)mode);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    /// <summary>Closes a descriptor. The result is of no use: what matters was synced before.</summary>
    internal static void Close(int descriptor) => _ = SysClose(descriptor);

    /// <summary>Puts everything written to a descriptor on stable storage.</summary>
    internal static void Sync(int descriptor, string path)
    {
        // Not repeated on EINTR alone by the kernel's own rules; a real error must never be asked again, the second answer would be a lie.
        while (SysFsync(descriptor) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("sync", path);
            }
        }
    }

    /// <summary>As <see cref="Sync"/>, without the file's times; its size where that has changed. False when it failed: it must not be asked again.</summary>
    internal static bool TrySyncData(int descriptor)
    {
        while (SysFdatasync(descriptor) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Hands what was written to a part of a file to the disk now and waits until it is there; the disk may keep it in its cache, so that a sync is still needed. False when that failed:
    /// Linux tells a descriptor such a failure once, and a sync that follows would succeed. True where the file system cannot do it: then the sync does it all.
    /// </summary>
    internal static bool TryWriteBack(int descriptor, long offset, long count)
    {
        while (SysSyncRange(descriptor, offset, count, WriteBackAndWait) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error && error != Interrupted)
            {
                return error is NotImplemented or InvalidArgument or NotSupported;
            }
        }

        return true;
    }

    /// <summary>Writes all bytes at the descriptor's position.</summary>
    internal static unsafe void WriteAll(int descriptor, ReadOnlySpan<byte> bytes, string path)
    {
        while (bytes.Length > 0)
        {
            nint written;
            fixed (byte* start = bytes)
            {
                written = SysWrite(descriptor, start, (nuint)bytes.Length);
            }

            if (written < 0)
            {
                if (Marshal.GetLastPInvokeError() == Interrupted)
                {
                    continue;
                }

                throw Failure("write", path);
            }

            bytes = bytes[(int)written..];
        }
    }

    /// <summary>One write at an offset; false when it did not take all bytes.</summary>
    internal static unsafe bool TryWriteAt(int descriptor, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            return SysPwrite(descriptor, start, (nuint)bytes.Length, offset) == bytes.Length;
        }
    }

    /// <summary>Reads up to the buffer's length at an offset.</summary>
    internal static unsafe int ReadAt(int descriptor, Span<byte> buffer, long offset, string path)
    {
        fixed (byte* start = buffer)
        {
            var read = SysPread(descriptor, start, (nuint)buffer.Length, offset);
            return read >= 0 ? (int)read : throw Failure("read", path);
        }
    }

    internal static void Truncate(int descriptor, long length, string path)
    {
        if (SysFtruncate(descriptor, length) != 0)
        {
            throw Failure("truncate", path);
        }
    }

    internal static long Length(int descriptor, string path)
    {
        const int fromEnd = 2;
        var length = SysLseek(descriptor, 0, fromEnd);
        return length >= 0 ? length : throw Failure("seek", path);
    }

    /// <summary>True when this descriptor now holds the file's exclusive lock, which ends with the descriptor or the process.</summary>
    internal static bool TryLock(int descriptor, string path)
    {
        if (SysFlock(descriptor, LockExclusive | LockNonBlocking) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == WouldBlock ? false : throw Failure("lock", path);
    }

    /// <summary>
    /// Gives a lock free, whoever else has the descriptor: closing it does so only when no child that was forked a moment ago has a copy.
    /// </summary>
    internal static void Unlock(int descriptor) => _ = SysFlock(descriptor, LockRelease);

    /// <summary>The number of a file's owner, links followed; null when it cannot be asked.</summary>
    internal static unsafe uint? OwnerOf(string path)
    {
        const uint owner = 0x8;

        // struct statx of Linux, the same on every processor: stx_uid stands after mask, block size, attributes and link count.
        const int uid = 20;
        Span<byte> status = stackalloc byte[256];
        fixed (byte* start = status)
        {
            return SysStatX(CurrentFolder, path, 0, owner, start) == 0 ? MemoryMarshal.Read<uint>(status[uid..]) : null;
        }
    }

    /// <summary>True when a descriptor leads to the file that has this path now, links followed.</summary>
    internal static unsafe bool IsFile(int descriptor, string path)
    {
        const uint number = 0x100;
        const int emptyPath = 0x1000;

        // stx_ino, and stx_dev_major with stx_dev_minor.
        const int file = 32;
        const int device = 136;
        byte* opened = stackalloc byte[256];
        byte* named = stackalloc byte[256];
        return SysStatX(descriptor, "", emptyPath, number, opened) == 0 && SysStatX(CurrentFolder, path, 0, number, named) == 0
            && *(long*)(opened + file) == *(long*)(named + file) && *(long*)(opened + device) == *(long*)(named + device);
    }

    internal static void Unlink(string path)
    {
        if (SysUnlink(path) != 0)
        {
            throw Failure("delete", path);
        }
    }

    internal static bool TryUnlink(string path) => SysUnlink(path) == 0;

    internal static void Rename(string from, string to)
    {
        if (SysRename(from, to) != 0)
        {
            throw Failure("rename", $"{from} to {to}");
        }
    }

    /// <summary>Renames unless the target exists, as one step. 0 or errno.</summary>
    internal static int RenameNew(string from, string to)
    {
        try
        {
            if (SysRenameAt2(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0)
            {
                return 0;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without this call; the hard link below does the same in two steps.
            return LinkNew(from, to);
        }

        var error = Marshal.GetLastPInvokeError();
        return error is InvalidArgument or NotImplemented or NotSupported ? LinkNew(from, to) : error;
    }

    /// <summary>Syncs a folder: what was made, renamed or deleted in it survives from here on.</summary>
    internal static void SyncFolder(string folder)
    {
        var descriptor = Open(folder, ReadOnly);
        try
        {
            Sync(descriptor, folder);
        }
        finally
        {
            Close(descriptor);
        }
    }

    /// <summary>An exception with the operation, the path and the system's words for the last error.</summary>
    internal static IOException Failure(string operation, string path) => Failure(operation, path, Marshal.GetLastPInvokeError());

    internal static IOException Failure(string operation, string path, int error) =>
        new($"cannot {operation} {path}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})", error);

    /// <summary>
    /// Lets a write beyond the process's limit on file sizes fail with EFBIG. Without this the kernel's signal ends the process, and every channel with it.
    /// </summary>
    internal static void MakeFileSizeLimitAnError()
    {
        const int sizeExceeded = 25;
        const nint ignore = 1;
        _ = SysSignal(sizeExceeded, ignore);
    }

    private static int LinkNew(string from, string to)
    {
        if (SysLink(from, to) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        return SysUnlink(from) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysOpen(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int SysClose(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SysFsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SysFdatasync(int descriptor);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SysSyncRange(int descriptor, long offset, long count, uint flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint SysWrite(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static unsafe partial nint SysPwrite(int descriptor, byte* bytes, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static unsafe partial nint SysPread(int descriptor, byte* bytes, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int SysFtruncate(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long SysLseek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int SysFlock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysUnlink(string path);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysRename(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysRenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int SysStatX(int folder, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SysSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysLink(string from, string to);
}
