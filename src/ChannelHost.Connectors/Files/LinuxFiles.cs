using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChannelHost.Connectors.Files;

/// <summary>
/// What .NET has no words for: a file's inode and time of change to the nanosecond, opening without waiting (a pipe in the folder must not stop the
/// source), locking without writing, and syncing a folder.
/// </summary>
internal static partial class LinuxFiles
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const int DoNotFollow = 0x100;
    private const uint BasicStats = 0x7FF;
    private const uint Birth = 0x800;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;

    /// <summary>The number of: the name is taken.</summary>
    public const int Exists = 17;

    /// <summary>The number of: this is no folder.</summary>
    public const int NotAFolder = 20;

    private const int NotFound = 2;
    private const int InvalidArgument = 22;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;
    private const uint NoReplace = 1;
    private const int TooManyLinks = 40;
    private const int WouldBlock = 11;

    // The only open flags here whose numbers differ between processors.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;
    private static readonly int OnlyFolder = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    /// <summary>The version of what stands at a path; null when nothing does.</summary>
    /// <exception cref="IOException">The system will not say.</exception>
    public static unsafe FileVersion? Look(string path, bool followLinks)
    {
        StatX stat;
        return StatXCall(CurrentFolder, path, followLinks ? 0 : DoNotFollow, BasicStats | Birth, &stat) == 0
            ? VersionOf(stat)
            : Marshal.GetLastPInvokeError() switch
            {
                NotFound or NotAFolder => null,
                var error => throw Failure(error),
            };
    }

    /// <summary>The version of an open file.</summary>
    public static unsafe FileVersion Look(SafeFileHandle file)
    {
        StatX stat;
        return StatXCall((int)file.DangerousGetHandle(), "", EmptyPath, BasicStats | Birth, &stat) == 0 ? VersionOf(stat) : throw Failure(Marshal.GetLastPInvokeError());
    }

    /// <summary>Opens a file for reading without ever waiting; null when it is gone, or a link that is not to be followed.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? Open(string path, bool followLinks)
    {
        var file = OpenCall(path, ReadOnly | NonBlocking | CloseOnExec | (followLinks ? 0 : NoFollow), 0);
        if (file >= 0)
        {
            return new SafeFileHandle(file, ownsHandle: true);
        }

        return Marshal.GetLastPInvokeError() switch
        {
            NotFound or NotAFolder or TooManyLinks => null,
            var error => throw Failure(error),
        };
    }

    /// <summary>Takes the file for us alone until the handle closes or the process ends; false when somebody else has it.</summary>
    public static bool TryLock(SafeFileHandle file)
    {
        if (FlockCall((int)file.DangerousGetHandle(), LockExclusive | LockNonBlocking) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == WouldBlock ? false : throw Failure(error);
    }

    /// <summary>Puts what a folder lists on stable storage.</summary>
    public static void SyncFolder(string path)
    {
        var folder = OpenCall(path, ReadOnly | CloseOnExec | OnlyFolder, 0);
        if (folder < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        using var handle = new SafeFileHandle(folder, ownsHandle: true);
        if (FsyncCall(folder) != 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>When the entry at a path itself (not only its bytes) last changed, in nanoseconds since 1970: renaming counts. Null when nothing stands there.</summary>
    public static unsafe long? ChangedAt(string path)
    {
        StatX stat;
        return StatXCall(CurrentFolder, path, DoNotFollow, BasicStats, &stat) == 0
            ? (stat.ChangedSeconds * 1_000_000_000) + stat.ChangedNanoseconds
            : Marshal.GetLastPInvokeError() switch
            {
                NotFound or NotAFolder => null,
                var error => throw Failure(error),
            };
    }

    /// <summary>Renames unless the target exists. 0, or the error's number.</summary>
    /// <param name="from">What to rename.</param>
    /// <param name="to">Its new path.</param>
    /// <param name="isTargetOurs">
    /// On file systems that cannot do it in one step: true when only pollers make files at the target, so that looking first is enough; false when the
    /// source is ours alone, so that it can be linked and then unlinked.
    /// </param>
    public static int RenameNew(string from, string to, bool isTargetOurs)
    {
        try
        {
            if (RenameAt2Call(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0)
            {
                return 0;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error is not (InvalidArgument or NotImplemented or NotSupported))
            {
                return error;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without this call: in two steps, too.
        }

        if (isTargetOurs)
        {
            return Look(to, followLinks: false) is not null ? Exists : RenameCall(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }

        return LinkCall(from, to) == 0 && UnlinkCall(from) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Removes a folder if it is there and empty; does nothing otherwise.</summary>
    public static void RemoveEmptyFolder(string path) => _ = RemoveFolderCall(path);

    private static FileVersion VersionOf(in StatX stat)
    {
        var kind = (stat.Mode & 0xF000) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Folder,
            0xA000 => EntryKind.Link,
            _ => EntryKind.Special,
        };
        var device = ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor;
        var born = (stat.Given & Birth) == 0 ? 0 : (stat.BornSeconds * 1_000_000_000) + stat.BornNanoseconds;
        return new FileVersion(kind, (long)stat.Size, (stat.ModifiedSeconds * 1_000_000_000) + stat.ModifiedNanoseconds, device, stat.Inode, born);
    }

    // The system's own words, without the path: a file's name may tell who a patient is.
    public static IOException Failure(int error) => new($"{Marshal.GetPInvokeErrorMessage(error)} (error {error})", error);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatXCall(int folder, string path, int flags, uint mask, StatX* result);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2Call(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCall(string from, string to);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkCall(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkCall(string path);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveFolderCall(string path);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FlockCall(int file, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncCall(int file);

    // struct statx of Linux: the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(0)]
        public uint Given;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(80)]
        public long BornSeconds;

        [FieldOffset(88)]
        public uint BornNanoseconds;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
