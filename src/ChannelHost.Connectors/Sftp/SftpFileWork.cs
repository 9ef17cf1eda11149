using System.Globalization;
using System.Security.Cryptography;
using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// What is done to one file: claimed, read and checked; given back; removed. Each step leaves the file under its own name or under a claim of ours, so
/// that whatever breaks in between is found at the next look.
/// </summary>
internal sealed class SftpFileWork(SftpSourceOptions options, string host, SftpMarkers markers)
{
    private const int MostNames = 1000;

    /// <summary>
    /// Claims and reads the very version that was seen. When cancelled it ends after the request under way: a request that is torn takes its session with
    /// it, and a claim whose answer was not waited for cannot be given back.
    /// </summary>
    /// <exception cref="SftpFaultException">The session is lost.</exception>
    public async Task<SftpReading> ReadAsync(SftpSession session, RemoteFile file, Func<string, bool> isTaken, CancellationToken cancellationToken)
    {
        if (file.Version.Size > options.MaximumFile.Bytes)
        {
            return new SftpReading(SftpReadOutcome.TooLarge, file, [], "");
        }

        if (file.Claim?.Host == host && isTaken(OnceKey(file, [])))
        {
            return new SftpReading(SftpReadOutcome.Known, file, [], OnceKey(file, []));
        }

        try
        {
            file = options.Claim || file.Claim is not null ? await ClaimAsync(session, file, CancellationToken.None).ConfigureAwait(false) : file;
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath)
        {
            return SftpReading.NotNow(file);
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            return SftpReading.LeftAlone(file, $"it cannot be renamed, which claims it: {e.Message} Give the account that right, or set claim: false where one host alone polls") with { IsRefused = true };
        }

        return await ReadClaimedAsync(session, file, isTaken, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives a file that was not handed over its own name back, so that it is taken later or by another host. False when it stays a claim of ours: that name
    /// is in use, or the claim is of an earlier look. Under an older claim parts of the file may be stored already, which only the claim's name tells.
    /// </summary>
    /// <exception cref="SftpFaultException">The session is lost.</exception>
    public static async Task<bool> ReleaseAsync(SftpSession session, RemoteFile file, CancellationToken cancellationToken)
    {
        // A claim that was another host's stays ours: given back, it would lose the mark that it may have been stored before.
        if (file.Claim is not { IsNew: true, IsTakenOver: false })
        {
            return file.Claim is null;
        }

        try
        {
            if (await session.LookAsync(file.OriginalPath, cancellationToken).ConfigureAwait(false) is not null)
            {
                return false;
            }

            await session.MoveAsync(file.Path, file.OriginalPath, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            return false;
        }
    }

    /// <summary>Removes a file whose message is stored, or moves it. Only the very version that was read may go.</summary>
    /// <exception cref="SftpFaultException">It could not be removed, or the session is lost.</exception>
    public async Task RemoveAsync(SftpSession session, RemoteFile file, bool isError, CancellationToken cancellationToken)
    {
        var target = isError && options.ErrorFolder is not null ? options.ErrorFolder : options.After == AfterFile.Move ? options.MoveTo : null;
        if (options.Marker is not null && file.Claim is not null)
        {
            if ((await session.LookAsync(file.Path, cancellationToken).ConfigureAwait(false))?.Version != file.Version)
            {
                return;
            }

            // Before the file: a marker that outlives it would call the first bytes of the next file of that name complete. The claim's name is enough to find this one.
            await markers.DeleteAsync(session, file, cancellationToken).ConfigureAwait(false);
        }

        var isGone = target is null
            ? await session.DeleteAsync(file.Path, file.Version, cancellationToken).ConfigureAwait(false)
            : await MoveAwayAsync(session, RemotePath.Trimmed(target), file, cancellationToken).ConfigureAwait(false);
        if (isGone && options.Marker is not null && file.Claim is null)
        {
            // Without a claim only the marker brings it again when it could not be removed.
            await markers.DeleteAsync(session, file, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<bool> MoveAwayAsync(SftpSession session, string folder, RemoteFile file, CancellationToken cancellationToken)
    {
        if (await session.LookAsync(file.Path, cancellationToken).ConfigureAwait(false) is not { } now || now.Version != file.Version)
        {
            return false;
        }

        try
        {
            await MoveIntoAsync(session, folder, file, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath)
        {
            if (await session.LookAsync(file.Path, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw;
            }

            // Gone between our look and our request: somebody else removed it.
        }

        return true;
    }

    // Of several hosts that rename one file, each to a name of its own, one succeeds; the others find it gone.
    private async Task<RemoteFile> ClaimAsync(SftpSession session, RemoteFile file, CancellationToken cancellationToken)
    {
        if (file.Claim?.Host == host)
        {
            return file;
        }

        var claimed = file with { Claim = ClaimName.By(host, isTakenOver: file.Claim is not null) };
        await session.MoveAsync(file.Path, claimed.Path, cancellationToken).ConfigureAwait(false);
        return claimed;
    }

    private static async Task<SftpReading> ReadClaimedAsync(SftpSession session, RemoteFile file, Func<string, bool> isTaken, CancellationToken cancellationToken)
    {
        byte[]? content;
        try
        {
            content = await session.ReadAsync(file.Path, file.Version.Size, cancellationToken).ConfigureAwait(false);
            if (content is not null && (await session.LookAsync(file.Path, CancellationToken.None).ConfigureAwait(false))?.Version != file.Version)
            {
                // Somebody still writes, or it was replaced between our look and our claim.
                content = null;
            }
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath)
        {
            return SftpReading.NotNow(file with { Claim = null });
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            return SftpReading.LeftAlone(file, $"it cannot be read: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The channel stops: the caller gives the name back.
            return SftpReading.NotNow(file);
        }

        if (content is null)
        {
            return SftpReading.NotNow(file);
        }

        var key = OnceKey(file, content);
        return new SftpReading(file.Claim is null && isTaken(key) ? SftpReadOutcome.Known : SftpReadOutcome.Read, file, content, key);
    }

    private static async Task MoveIntoAsync(SftpSession session, string folder, RemoteFile file, CancellationToken cancellationToken)
    {
        await session.MakeFoldersAsync(folder, cancellationToken).ConfigureAwait(false);
        for (var number = 0; number < MostNames; number++)
        {
            var name = number == 0 ? file.Name : RemotePath.WithSuffix(file.Name, string.Create(CultureInfo.InvariantCulture, $"-{number}"));
            var target = RemotePath.Join(folder, name);
            if (await session.LookAsync(target, cancellationToken).ConfigureAwait(false) is not null)
            {
                continue;
            }

            try
            {
                await session.MoveAsync(file.Path, target, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SftpFaultException e) when (e.Kind == SftpFaultKind.Failure)
            {
                // Somebody else took the name between our look and our move: the next one, then. Else the server will not do it.
                if (await session.LookAsync(target, cancellationToken).ConfigureAwait(false) is null)
                {
                    throw new SftpFaultException(SftpFaultKind.Failure, $"{e.Message} Does {folder} lie on another file system of that server, or is a quota reached?", e);
                }
            }
        }

        throw new SftpFaultException(SftpFaultKind.Failure, $"{MostNames} files of that name are in {folder} already; clear it.");
    }

    // A claim's name is used once, so it names the version for good. Without one there is only what a second-hand clock and a size tell, and two files
    // of a name within a second would be taken for one: the bytes themselves decide.
    private static string OnceKey(RemoteFile file, ReadOnlySpan<byte> content) => file.Claim is { } claim
        ? string.Create(CultureInfo.InvariantCulture, $"{file.OriginalPath}|{file.Version.Size}|{file.Version.Modified}|{claim.Host}{claim.Id}")
        : string.Create(CultureInfo.InvariantCulture, $"{file.OriginalPath}|{file.Version.Size}|{file.Version.Modified}|{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}");
}
