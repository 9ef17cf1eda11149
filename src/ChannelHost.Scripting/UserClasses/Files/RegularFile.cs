using System.Runtime.InteropServices;
using ChannelHost.Scripting.Running;
using Microsoft.Win32.SafeHandles;

namespace ChannelHost.Scripting.UserClasses.Files;

/// <summary>
/// Opens files for scripts without ever waiting, and looks at what was opened, not at what the path named a moment before: a pipe, a device or a file outside of
/// the declared folders is refused, also when somebody put it there in between.
/// </summary>
internal static partial class RegularFile
{
    // The constants of Linux.
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int AppendOnly = 0x400;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const uint ReadAndWriteForAll = 0b110_110_110;
    private const int NotFound = 2;
    private const int Interrupted = 4;
    private const int NobodyReads = 6;
    private const int NotPermitted = 13;
    private const int TooManyLinks = 40;

    // The last part of the path is no link: those were followed before, one by one.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Opens a file to read.</summary>
    /// <param name="run">Whose declared folders count.</param>
    /// <param name="path">The real path, as <see cref="DeclaredFolders.Resolve"/> gives it.</param>
    /// <exception cref="IOException">It is not there, no regular file, or not where it was.</exception>
    public static FileStream OpenRead(ScriptRun run, string path) => new(Open(run, path, ReadOnly), FileAccess.Read);

    /// <summary>Opens a file to write, and makes it where it is not there. What it held stays only when it is appended to.</summary>
    /// <exception cref="IOException">As of <see cref="OpenRead"/>.</exception>
    public static FileStream OpenWrite(ScriptRun run, string path, bool append)
    {
        var file = new FileStream(Open(run, path, WriteOnly | Create | (append ? AppendOnly : 0)), FileAccess.Write);
        try
        {
            if (append)
            {
                file.Seek(0, SeekOrigin.End);
            }
            else
            {
                file.SetLength(0);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>All of a file, within the limits of the run, however it grows meanwhile.</summary>
    public static byte[] ReadAll(ScriptRun run, FileStream file)
    {
        run.Limits.CheckLength(file.Length);
        run.Limits.CheckRoom(file.Length);
        using var content = new MemoryStream((int)file.Length);
        var buffer = new byte[64 * 1024];
        for (var count = file.Read(buffer); count > 0; count = file.Read(buffer))
        {
            run.Limits.Check();
            run.Limits.CheckLength((double)content.Length + count);
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    private static SafeFileHandle Open(ScriptRun run, string path, int flags)
    {
        int descriptor;
        do
        {
            descriptor = SysOpen(path, flags | NonBlocking | NoFollow | CloseOnExec, ReadAndWriteForAll);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        if (descriptor < 0)
        {
            throw Failure(path, Marshal.GetLastPInvokeError());
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if (!IsRegular(descriptor))
            {
                throw new IOException($"{path} is no regular file");
            }

            if (OpenedPath(descriptor) is var opened && opened != path && !DeclaredFolders.Allows(run, opened, (flags & WriteOnly) != 0))
            {
                throw new IOException($"{path} was replaced while it was opened");
            }

            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static unsafe bool IsRegular(int descriptor)
    {
        const int emptyPath = 0x1000;
        const uint type = 1;
        const int regular = 0x8000;
        const int typeBits = 0xF000;

        // struct statx of Linux, the same on every processor: the mode stands after mask, block size, attributes, link count, owner and group.
        const int mode = 28;
        Span<byte> status = stackalloc byte[256];
        fixed (byte* start = status)
        {
            return SysStatX(descriptor, "", emptyPath, type, start) == 0 && (MemoryMarshal.Read<ushort>(status[mode..]) & typeBits) == regular;
        }
    }

    // The kernel's own name for what is open; a file that is gone since has this at its end.
    private static string OpenedPath(int descriptor)
    {
        const string gone = " (deleted)";
        var name = new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget ?? throw new IOException("The path of an open file cannot be told: /proc is not there.");
        return name.EndsWith(gone, StringComparison.Ordinal) ? name[..^gone.Length] : name;
    }

    private static Exception Failure(string path, int error) => error switch
    {
        NotFound => new FileNotFoundException($"{path} (No such file or directory)"),
        NotPermitted => new UnauthorizedAccessException($"{path} (Permission denied)"),
        NobodyReads => new IOException($"{path} is no regular file"),
        TooManyLinks => new IOException($"{path} was replaced by a link while it was opened"),
        _ => new IOException($"{path} ({Marshal.GetPInvokeErrorMessage(error)})", error),
    };

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysOpen(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int SysStatX(int folder, string path, int flags, uint mask, byte* result);
}
