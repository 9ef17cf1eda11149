using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Sftp;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// One session on a server. Used by one task at a time. Every request ends within the timeout; a session on which one did not, or was given up, is
/// closed, since its answer may still come. Everything that goes wrong is an <see cref="SftpFaultException"/>.
/// </summary>
internal sealed class SftpSession(SftpClient client, string server, SftpConnectionOptions options, ConnectorContext context) : IDisposable
{
    private const int LeastUploaded = 64 * 1024;

    private readonly SftpRequests _requests = new(client, server, options, context);

    /// <summary>True while it can be used for more than what is being done.</summary>
    public bool IsUsable => _requests.IsUsable;

    /// <summary>The full path of a folder, links and dots resolved.</summary>
    public Task<string> ResolveAsync(string folder, CancellationToken cancellationToken) =>
        _requests.RunAsync(async () => (await client.GetAsync(folder, CancellationToken.None).ConfigureAwait(false)).FullName, cancellationToken);

    /// <summary>What stands at a path; null when nothing does.</summary>
    public async Task<RemoteEntry?> LookAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var attributes = await _requests.RunAsync(() => client.GetAttributesAsync(path, CancellationToken.None), cancellationToken).ConfigureAwait(false);
            return new RemoteEntry(path, RemotePath.NameOf(path), KindOf(attributes), VersionOf(attributes));
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath)
        {
            return null;
        }
    }

    /// <summary>A folder's entries one after the other, as the server hands them out, a hundred or so at a time.</summary>
    public async IAsyncEnumerable<RemoteEntry> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = RemotePath.Join(folder, "");
        var entries = client.ListDirectoryAsync(folder, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (await NextAsync(entries, cancellationToken).ConfigureAwait(false))
            {
                var entry = entries.Current;

                // A server that puts slashes into a name would lead us out of the folder.
                var name = entry.FullName.StartsWith(prefix, StringComparison.Ordinal) ? entry.FullName[prefix.Length..] : entry.FullName;
                yield return new RemoteEntry(entry.FullName, name, KindOf(entry.Attributes), VersionOf(entry.Attributes));
            }
        }
        finally
        {
            await EndListingAsync(entries).ConfigureAwait(false);
        }
    }

    /// <summary>A file's bytes; null when there are more or fewer than were expected, or when cancelled, which ends it after the request under way.</summary>
    public async Task<byte[]?> ReadAsync(string path, long size, CancellationToken cancellationToken)
    {
        var stream = await _requests.RunAsync(() => client.OpenAsync(path, FileMode.Open, FileAccess.Read, CancellationToken.None), cancellationToken).ConfigureAwait(false);
        var isWhole = false;
        try
        {
            var content = GC.AllocateUninitializedArray<byte>((int)size);
            var at = 0;
            while (at < content.Length)
            {
                var read = await _requests.RunAsync(() => stream.ReadAsync(content.AsMemory(at), CancellationToken.None).AsTask(), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return null;
                }

                at += read;
            }

            isWhole = await _requests.RunAsync(() => stream.ReadAsync(new byte[1], CancellationToken.None).AsTask(), cancellationToken).ConfigureAwait(false) == 0;
            return isWhole ? content : null;
        }
        finally
        {
            await CloseAsync(stream, isWhole).ConfigureAwait(false);
        }
    }

    /// <summary>Renames. By the protocol's words this fails when the target exists; servers that overwrite all the same are the reason to look first.</summary>
    public Task MoveAsync(string from, string to, CancellationToken cancellationToken) =>
        _requests.RunAsync(() => client.RenameFileAsync(from, to, CancellationToken.None), cancellationToken);

    /// <summary>Renames over whatever stands there, in one step (posix-rename@openssh.com).</summary>
    public Task ReplaceAsync(string from, string to, CancellationToken cancellationToken) =>
        _requests.RunAsync(() => Task.Run(() => client.RenameFile(from, to, isPosix: true), CancellationToken.None), cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        _requests.RunAsync(() => client.DeleteFileAsync(path, CancellationToken.None), cancellationToken);

    /// <summary>Removes a file if it is this version; false when it is another one and stays. One request fewer than looking and removing.</summary>
    public async Task<bool> DeleteAsync(string path, RemoteVersion version, CancellationToken cancellationToken)
    {
        try
        {
            var file = await _requests.RunAsync(() => client.GetAsync(path, CancellationToken.None), cancellationToken).ConfigureAwait(false);
            return VersionOf(file.Attributes) == version && await _requests.RunAsync(() => file.DeleteAsync(CancellationToken.None), cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath)
        {
            // Gone: that is what was wanted.
            return true;
        }
    }

    /// <summary>Makes a folder and those above it that are missing.</summary>
    public async Task MakeFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        if (folder.Length == 0 || await LookAsync(folder, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        await MakeFoldersAsync(RemotePath.FolderOf(folder), cancellationToken).ConfigureAwait(false);
        try
        {
            await _requests.RunAsync(() => client.CreateDirectoryAsync(folder, CancellationToken.None), cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            // Somebody else may have made it meanwhile.
            if (await LookAsync(folder, cancellationToken).ConfigureAwait(false) is null)
            {
                throw;
            }
        }
    }

    /// <summary>Writes a file that must not be there yet; tells when it is made.</summary>
    public async Task WriteNewAsync(string path, ReadOnlyMemory<byte> content, Action made, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(path, FileMode.CreateNew, cancellationToken).ConfigureAwait(false);
        made();
        await WriteAsync(stream, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a file from a position on; from 0 it is made, or emptied when it stands there.</summary>
    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, long from, CancellationToken cancellationToken)
    {
        if (from == 0 && content.Length >= LeastUploaded)
        {
            await SftpUpload.RunAsync(client, _requests, path, content, options.Timeout, context.Time, cancellationToken).ConfigureAwait(false);
            return;
        }

        var stream = await OpenAsync(path, from == 0 ? FileMode.Create : FileMode.Open, cancellationToken).ConfigureAwait(false);
        if (from > 0)
        {
            stream.Position = from;
        }

        await WriteAsync(stream, content[(int)from..], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds to the end of a file; makes it when it is missing.</summary>
    public async Task AppendAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(path, FileMode.Append, cancellationToken).ConfigureAwait(false);
        await WriteAsync(stream, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a file shorter.</summary>
    public async Task CutAsync(string path, long length, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(path, FileMode.Open, cancellationToken).ConfigureAwait(false);
        var isDone = false;
        try
        {
            await _requests.RunAsync(() => Task.Run(() => stream.SetLength(length), CancellationToken.None), cancellationToken).ConfigureAwait(false);
            isDone = true;
        }
        finally
        {
            await CloseAsync(stream, isDone).ConfigureAwait(false);
        }
    }

    /// <summary>So many bytes of a file from a position on; fewer when it ends before.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadPartAsync(string path, long from, int count, CancellationToken cancellationToken)
    {
        var stream = await _requests.RunAsync(() => client.OpenAsync(path, FileMode.Open, FileAccess.Read, CancellationToken.None), cancellationToken).ConfigureAwait(false);
        try
        {
            stream.Position = from;
            var part = new byte[count];
            var at = 0;
            int read;
            while (at < count && (read = await _requests.RunAsync(() => stream.ReadAsync(part.AsMemory(at), CancellationToken.None).AsTask(), cancellationToken).ConfigureAwait(false)) > 0)
            {
                at += read;
            }

            return part.AsMemory(0, at);
        }
        finally
        {
            await CloseAsync(stream, mustWork: false).ConfigureAwait(false);
        }
    }

    /// <summary>How many bytes the account may still write at a path; null when the server does not say.</summary>
    public async Task<long?> FreeBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var status = await _requests.RunAsync(() => client.GetStatusAsync(path, CancellationToken.None), cancellationToken).ConfigureAwait(false);
            return (long)Math.Min(status.AvailableBlocks * status.BlockSize, long.MaxValue);
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            return null;
        }
    }

    public void Dispose() => _requests.Dispose();

    private Task<SftpFileStream> OpenAsync(string path, FileMode mode, CancellationToken cancellationToken) =>
        _requests.RunAsync(() => client.OpenAsync(path, mode, FileAccess.Write, CancellationToken.None), cancellationToken);

    private async Task WriteAsync(SftpFileStream stream, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        const int Piece = 256 * 1024;
        var isWhole = false;
        try
        {
            for (var at = 0; at < content.Length; at += Piece)
            {
                var piece = content.Slice(at, Math.Min(Piece, content.Length - at));
                await _requests.RunAsync(() => stream.WriteAsync(piece, CancellationToken.None).AsTask(), cancellationToken).ConfigureAwait(false);
            }

            await _requests.RunAsync(() => stream.FlushAsync(CancellationToken.None), cancellationToken).ConfigureAwait(false);
            isWhole = true;
        }
        finally
        {
            await CloseAsync(stream, isWhole).ConfigureAwait(false);
        }
    }

    private async Task EndListingAsync(IAsyncEnumerator<ISftpFile> entries)
    {
        try
        {
            await _requests.RunAsync(() => entries.DisposeAsync().AsTask(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (SftpFaultException)
        {
            // All entries are here, or why they are not was said already; a session that is lost says so when it is used next.
        }
    }

    // Closing tells whether all was written, so its failure counts; unless something failed before, which then is the reason.
    private async Task CloseAsync(SftpFileStream stream, bool mustWork)
    {
        try
        {
            await _requests.RunAsync(() => stream.DisposeAsync().AsTask(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (SftpFaultException) when (!mustWork)
        {
            // Said already.
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ISftpFile> entries, CancellationToken cancellationToken)
    {
        var next = entries.MoveNextAsync();
        return next.IsCompletedSuccessfully ? next.Result : await _requests.RunAsync(() => next.AsTask(), cancellationToken).ConfigureAwait(false);
    }

    private static RemoteVersion VersionOf(SftpFileAttributes attributes) =>
        new(attributes.Size, new DateTimeOffset(attributes.LastWriteTimeUtc, TimeSpan.Zero).ToUnixTimeSeconds());

    // A server that does not tell the kind means a file.
    private static RemoteKind KindOf(SftpFileAttributes attributes) => attributes switch
    {
        { IsDirectory: true } => RemoteKind.Folder,
        { IsSymbolicLink: true } => RemoteKind.Link,
        { IsSocket: true } or { IsNamedPipe: true } or { IsBlockDevice: true } or { IsCharacterDevice: true } => RemoteKind.Special,
        _ => RemoteKind.File,
    };
}
