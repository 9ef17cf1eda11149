namespace ChannelHost.Connectors.Sftp;

/// <summary>Marker files, each of which says that the file of its name is complete.</summary>
internal sealed class SftpMarkers(SftpSourceOptions options, ConnectorContext context)
{
    /// <summary>Looks at the file that a marker announces. Read means: it stands there, with the version it has now.</summary>
    /// <exception cref="SftpFaultException">The session is lost, or the server does not tell.</exception>
    public async Task<SftpReading> LookAsync(SftpSession session, RemoteFile file, CancellationToken cancellationToken)
    {
        if (await session.LookAsync(file.OriginalPath, cancellationToken).ConfigureAwait(false) is not { Kind: RemoteKind.File } found)
        {
            // It may be on its way, or another host has it. An old one would make a half file of its name count as complete, so somebody should know.
            return IsOld(file.Version)
                ? new SftpReading(SftpReadOutcome.NotNow, file, [], "", "it is a marker older than abandonedAfter and its file is not there; remove it before its sender writes a file of that name")
                : SftpReading.NotNow(file);
        }

        return found.Version.Size == 0
            ? SftpReading.LeftAlone(file, "it is empty; it is taken once something stands in it")
            : new SftpReading(SftpReadOutcome.Read, file with { Version = found.Version }, [], "");
    }

    /// <summary>Removes the marker of a file that is stored; not that of a newer file of the name.</summary>
    /// <exception cref="SftpFaultException">It could not be removed, or the session is lost.</exception>
    public async Task DeleteAsync(SftpSession session, RemoteFile file, CancellationToken cancellationToken)
    {
        var path = file.OriginalPath + options.Marker;
        if (await session.LookAsync(path, cancellationToken).ConfigureAwait(false) is not { } marker || !await IsOfAsync(session, file, marker.Version, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await session.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath)
        {
            // Gone with an earlier attempt.
        }
    }

    private static async Task<bool> IsOfAsync(SftpSession session, RemoteFile file, RemoteVersion marker, CancellationToken cancellationToken)
    {
        if (file.Marker is { } seen)
        {
            return seen == marker;
        }

        // After a crash the marker that brought it is not known. One that is not older than a new file of the name is that one's.
        return file.Claim is null || await session.LookAsync(file.OriginalPath, cancellationToken).ConfigureAwait(false) is not { } newer || marker.Modified < newer.Version.Modified;
    }

    private bool IsOld(RemoteVersion version) => options.AbandonedAfter > TimeSpan.Zero && context.Time.GetUtcNow() - version.ModifiedAt >= options.AbandonedAfter;
}
