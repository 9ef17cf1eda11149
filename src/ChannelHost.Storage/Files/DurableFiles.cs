using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ChannelHost.Storage.Files;

/// <summary>File operations by libc, each synced before it returns. New files get the mode that the process's umask leaves of 0666.</summary>
public sealed class DurableFiles : IDurableFiles
{
    private const UnixFileMode NewFileMode = (UnixFileMode)0b110_110_110;
    private const UnixFileMode PrivateFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int CopyBufferSize = 128 * 1024;

    /// <inheritdoc/>
    public void Write(string path, ReadOnlySpan<byte> content, bool overwrite) => Write(path, content, overwrite, NewFileMode);

    /// <summary>Like <see cref="Write(string, ReadOnlySpan{byte}, bool)"/>, for the file's owner only (0600) from its first byte on.</summary>
    internal static void WritePrivate(string path, ReadOnlySpan<byte> content, bool overwrite) => Write(path, content, overwrite, PrivateFileMode);

    private static void Write(string path, ReadOnlySpan<byte> content, bool overwrite, UnixFileMode mode)
    {
        path = Path.GetFullPath(path);
        var temporary = TemporaryBeside(path);
        var descriptor = Posix.Open(temporary, Posix.WriteOnly | Posix.Create | Posix.Exclusive, mode);
        try
        {
            try
            {
                Posix.WriteAll(descriptor, content, temporary);
                Posix.Sync(descriptor, temporary);
            }
            finally
            {
                Posix.Close(descriptor);
            }

            GiveFinalName(temporary, path, overwrite);
        }
        catch
        {
            Posix.TryUnlink(temporary);
            throw;
        }

        Posix.SyncFolder(FolderOf(path));
    }

    /// <inheritdoc/>
    public void Append(string path, ReadOnlySpan<byte> content) => Append(path, content, NewFileMode);

    /// <summary>Like <see cref="Append(string, ReadOnlySpan{byte})"/>; a new file is for its owner only (0600).</summary>
    internal static void AppendPrivate(string path, ReadOnlySpan<byte> content) => Append(path, content, PrivateFileMode);

    private static void Append(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        path = Path.GetFullPath(path);
        var isNew = false;
        var descriptor = Posix.TryOpen(path, Posix.WriteOnly | Posix.AppendOnly);
        if (descriptor < 0)
        {
            isNew = Marshal.GetLastPInvokeError() == Posix.NotFound
                ? true
                : throw Posix.Failure("open", path);
            descriptor = Posix.Open(path, Posix.WriteOnly | Posix.AppendOnly | Posix.Create, mode);
        }

        try
        {
            AppendOrRestore(descriptor, content, path);
        }
        finally
        {
            Posix.Close(descriptor);
        }

        if (isNew)
        {
            Posix.SyncFolder(FolderOf(path));
        }
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        from = Path.GetFullPath(from);
        to = Path.GetFullPath(to);
        var error = Posix.RenameNew(from, to);
        switch (error)
        {
            case 0:
                break;
            case Posix.CrossDevice:
                CopyNew(from, to);
                Posix.SyncFolder(FolderOf(to));
                RemoveCopied(from, to);
                break;
            default:
                throw Posix.Failure("move", $"{from} to {to}", error);
        }

        Posix.SyncFolder(FolderOf(to));
        if (FolderOf(from) != FolderOf(to))
        {
            Posix.SyncFolder(FolderOf(from));
        }
    }

    /// <inheritdoc/>
    public void Sync(string path)
    {
        path = Path.GetFullPath(path);
        var descriptor = Posix.Open(path, Posix.ReadOnly);
        try
        {
            Posix.Sync(descriptor, path);
        }
        finally
        {
            Posix.Close(descriptor);
        }

        Posix.SyncFolder(FolderOf(path));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        path = Path.GetFullPath(path);
        Posix.Unlink(path);
        Posix.SyncFolder(FolderOf(path));
    }

    // A line half written would be read as a whole one later, so what a full disk took of it is cut off again.
    private static void AppendOrRestore(int descriptor, ReadOnlySpan<byte> content, string path)
    {
        var before = Posix.Length(descriptor, path);
        try
        {
            Posix.WriteAll(descriptor, content, path);
        }
        catch (IOException)
        {
            Posix.Truncate(descriptor, before, path);
            throw;
        }

        Posix.Sync(descriptor, path);
    }

    // A copy beside a source that cannot be deleted would be one more at each further try. One whose source is gone is the only one left.
    private static void RemoveCopied(string from, string to)
    {
        if (Posix.TryUnlink(from))
        {
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        if (error != Posix.NotFound)
        {
            Posix.TryUnlink(to);
            Posix.SyncFolder(FolderOf(to));
            throw Posix.Failure("delete", from, error);
        }
    }

    /// <summary>Copies a file of any size to a new name, for the file's owner only (0600).</summary>
    internal static void CopyPrivate(string from, string to)
    {
        to = Path.GetFullPath(to);
        CopyNew(Path.GetFullPath(from), to, PrivateFileMode);
        Posix.SyncFolder(FolderOf(to));
    }

    private static void CopyNew(string from, string to, UnixFileMode mode = NewFileMode)
    {
        var temporary = TemporaryBeside(to);
        var source = Posix.Open(from, Posix.ReadOnly);
        try
        {
            var target = Posix.Open(temporary, Posix.WriteOnly | Posix.Create | Posix.Exclusive, mode);
            try
            {
                Copy(source, from, target, temporary);
                Posix.Sync(target, temporary);
            }
            finally
            {
                Posix.Close(target);
            }

            GiveFinalName(temporary, to, overwrite: false);
        }
        catch
        {
            Posix.TryUnlink(temporary);
            throw;
        }
        finally
        {
            Posix.Close(source);
        }
    }

    private static void Copy(int source, string from, int target, string to)
    {
        var buffer = new byte[CopyBufferSize];
        long offset = 0;
        int read;
        while ((read = Posix.ReadAt(source, buffer, offset, from)) > 0)
        {
            Posix.WriteAll(target, buffer.AsSpan(0, read), to);
            offset += read;
        }
    }

    private static void GiveFinalName(string temporary, string path, bool overwrite)
    {
        if (overwrite)
        {
            Posix.Rename(temporary, path);
            return;
        }

        var error = Posix.RenameNew(temporary, path);
        if (error != 0)
        {
            throw Posix.Failure("write", path, error);
        }
    }

    // Short and hidden: pollers skip names that begin with a dot, and a target name of the longest length still has room beside it.
    private static string TemporaryBeside(string path) =>
        Path.Combine(FolderOf(path), $".channelhost-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp");

    private static string FolderOf(string path) =>
        Path.GetDirectoryName(path) ?? throw new IOException($"{path} is a folder, not a file");
}
