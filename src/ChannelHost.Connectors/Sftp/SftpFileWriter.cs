using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Connectors.FileOutput;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// Writes one message's file on a server. Until <see cref="MayStandAt"/> is set nothing of it can be seen under the final name. What a broken connection
/// leaves under the temporary name is continued by the next attempt: that name is made from the message and its bytes.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="context">Whose file it is.</param>
/// <param name="message">The message.</param>
/// <param name="path">The wanted final name.</param>
/// <param name="content">The bytes.</param>
/// <param name="maybeWritten">The final name under which an earlier attempt at this message may have written it; null when there was none in this process.</param>
internal sealed class SftpFileWriter(
    SftpDestinationOptions options, ConnectorContext context, OutgoingMessage message, string path, ReadOnlyMemory<byte> content, string? maybeWritten)
{
    private const int MostNames = 1000;

    // Smaller files are sooner written again than asked about.
    private const int LeastResumed = 1 << 20;

    // Servers may write pieces out of order: what stood last before the break is written again.
    private const int WrittenAgain = 1 << 20;

    /// <summary>The server may have been told to give the final name, or to write under it, and its answer is missing.</summary>
    public bool MayStand => MayStandAt is not null;

    /// <summary>The final name under which the file may stand; null when it surely does not.</summary>
    public string? MayStandAt { get; private set; }

    /// <summary>Writes the file. Null when it is done, else why the message can never be written like that.</summary>
    /// <exception cref="SftpFaultException">The attempt failed.</exception>
    public async Task<string?> WriteAsync(SftpSession session, CancellationToken cancellationToken)
    {
        if (options.Exists == FileExists.Replace)
        {
            await UnderTemporaryNameAsync(session, path, ReplaceAsync, cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (options.Exists == FileExists.Unique)
        {
            return await WriteUniqueAsync(session, cancellationToken).ConfigureAwait(false);
        }

        return await TryWriteAsync(session, path, bearsId: true, cancellationToken).ConfigureAwait(false)
            ? null
            : $"A file named by '{options.File!.Source}' is in {options.Folder} already (exists: fail). Move it away and process the message again, or choose another setting.";
    }

    private async Task<string?> WriteUniqueAsync(SftpSession session, CancellationToken cancellationToken)
    {
        var (folder, name) = (RemotePath.FolderOf(path), RemotePath.NameOf(path));
        for (var number = 0; number < MostNames; number++)
        {
            var suffix = number switch
            {
                0 => "",
                1 => string.Create(CultureInfo.InvariantCulture, $"-{message.MessageId}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"-{message.MessageId}-{number}"),
            };
            var target = RemotePath.Join(folder, RemotePath.WithSuffix(name, suffix));
            if (await TryWriteAsync(session, target, bearsId: number > 0, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }

        return $"{MostNames} files named by '{options.File!.Source}' are in {options.Folder} already. Clear the folder and process the message again.";
    }

    /// <summary>False when a file of that name stands there, also when it appears meanwhile.</summary>
    private async Task<bool> TryWriteAsync(SftpSession session, string target, bool bearsId, CancellationToken cancellationToken)
    {
        if (await session.LookAsync(target, cancellationToken).ConfigureAwait(false) is { } there)
        {
            return (bearsId || target == maybeWritten) && await IsOursAsync(session, target, there, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (options.Temporary)
            {
                await UnderTemporaryNameAsync(session, target, RenameAsync, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await InFolderAsync(session, target, () => DirectlyAsync(session, target, cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.Exists)
        {
            return false;
        }
    }

    // An attempt whose outcome was lost had written the file: it is complete under its final name, which is all that was wanted. Without a temporary
    // name it may also have been cut off in the middle; then it is continued.
    private async Task<bool> IsOursAsync(SftpSession session, string target, RemoteEntry there, CancellationToken cancellationToken)
    {
        if (!message.IsReattempt || there.Kind != RemoteKind.File || there.Version.Size > content.Length || (options.Temporary && there.Version.Size < content.Length))
        {
            return false;
        }

        if (options.Temporary && await session.LookAsync(TemporaryPath(target), cancellationToken).ConfigureAwait(false) is not null)
        {
            // What we wrote was never renamed: the file is another's, whatever its bytes.
            await DeleteQuietlyAsync(session, TemporaryPath(target), isWanted: true).ConfigureAwait(false);
            return false;
        }

        var written = await session.ReadPartAsync(target, 0, (int)there.Version.Size, cancellationToken).ConfigureAwait(false);
        if (!content.Span.StartsWith(written.Span) || written.Length != there.Version.Size)
        {
            return false;
        }

        if (written.Length < content.Length)
        {
            await session.WriteAsync(target, content, written.Length, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task DirectlyAsync(SftpSession session, string target, CancellationToken cancellationToken)
    {
        // Before the request, not after its answer: an answer that is lost leaves a file.
        var isMade = false;
        MayStandAt = target;
        try
        {
            await session.WriteNewAsync(target, content, () => isMade = true, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (!isMade && !e.IsSessionLost)
        {
            MayStandAt = null;
            if (e.Kind != SftpFaultKind.Failure)
            {
                throw;
            }

            throw await ExistsOrAsync(session, target, e, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UnderTemporaryNameAsync(
        SftpSession session, string target, Func<SftpSession, string, string, CancellationToken, Task> nameAsync, CancellationToken cancellationToken)
    {
        var temporary = TemporaryPath(target);
        var isNaming = false;
        try
        {
            var from = content.Length < LeastResumed ? 0 : await WrittenAsync(session, temporary, cancellationToken).ConfigureAwait(false);
            await InFolderAsync(session, target, () => session.WriteAsync(temporary, content, from, cancellationToken), cancellationToken).ConfigureAwait(false);
            MayStandAt = target;
            isNaming = true;
            await nameAsync(session, temporary, target, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            // The server said no: nothing stands under the final name, and what stands under the other is of no use where it did not even fit.
            MayStandAt = null;
            await DeleteQuietlyAsync(session, temporary, isNaming || content.Length < LeastResumed).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task RenameAsync(SftpSession session, string temporary, string target, CancellationToken cancellationToken)
    {
        try
        {
            await session.MoveAsync(temporary, target, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.Failure)
        {
            throw await ExistsOrAsync(session, target, e, cancellationToken).ConfigureAwait(false);
        }
    }

    // Version 3 of the protocol has no word for "exists".
    private static async Task<SftpFaultException> ExistsOrAsync(SftpSession session, string target, SftpFaultException fault, CancellationToken cancellationToken) =>
        await session.LookAsync(target, cancellationToken).ConfigureAwait(false) is null ? fault : new SftpFaultException(SftpFaultKind.Exists, "A file of that name is there.", fault);

    private static async Task ReplaceAsync(SftpSession session, string temporary, string target, CancellationToken cancellationToken)
    {
        try
        {
            await session.ReplaceAsync(temporary, target, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.Unsupported)
        {
            // A server that cannot replace in one step: for a moment neither stands there.
            if (await session.LookAsync(target, cancellationToken).ConfigureAwait(false) is not null)
            {
                await session.DeleteAsync(target, cancellationToken).ConfigureAwait(false);
            }

            await session.MoveAsync(temporary, target, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task InFolderAsync(SftpSession session, string target, Func<Task> writeAsync, CancellationToken cancellationToken)
    {
        try
        {
            await writeAsync().ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath && options.CreateFolders)
        {
            await session.MakeFoldersAsync(RemotePath.FolderOf(target), cancellationToken).ConfigureAwait(false);
            await writeAsync().ConfigureAwait(false);
        }
    }

    private async Task<long> WrittenAsync(SftpSession session, string temporary, CancellationToken cancellationToken)
    {
        var there = await session.LookAsync(temporary, cancellationToken).ConfigureAwait(false);
        return there is { Kind: RemoteKind.File } && there.Value.Version.Size <= content.Length ? Math.Max(0, there.Value.Version.Size - WrittenAgain) : 0;
    }

    private static async Task DeleteQuietlyAsync(SftpSession session, string temporary, bool isWanted)
    {
        try
        {
            if (isWanted)
            {
                await session.DeleteAsync(temporary, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (SftpFaultException)
        {
            // What is told to the queue is why it failed in the first place.
        }
    }

    private string TemporaryPath(string target) => RemotePath.Join(RemotePath.FolderOf(target), TemporaryName(target));

    // The same for each attempt at the same bytes of this message, and for nothing else.
    private string TemporaryName(string target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Channel}\n{context.Name}\n{context.StateId()}\n{target}\n"));
        var id = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(id, message.MessageId);
        hash.AppendData(id);
        hash.AppendData(content.Span);
        return $".{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 10))}.part";
    }
}
