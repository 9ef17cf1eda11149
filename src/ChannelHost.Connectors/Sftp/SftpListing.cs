using System.Text;
using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// Looks through a server's folder: what may be taken, first in order, and what stays and why. Entries pass by one at a time and only the first
/// so many are kept, so a folder of any size is fine. Never follows a link.
/// </summary>
internal sealed class SftpListing(SftpSourceOptions options, string host, ConnectorContext context, LeftAloneReport leftAlone, RemovalPauses pauses, SetAsideFiles setAside)
{
    private const int DeepestFolder = 32;
    private const int LeastKept = 10_000;
    private const int LongestName = 255;
    private const int MostForeignClaims = 10_000;

    private readonly NameSelection _names = new(options.Pattern, options.Expression, options.IgnoreTemporary, options.Marker);
    private readonly Encoding _charset = options.FileNames == FileNameCharset.Latin1 ? Encoding.Latin1 : Encoding.UTF8;
    private Dictionary<string, (RemoteVersion Version, long Since)> _foreign = [];

    /// <summary>The first files in order, and whether there are more.</summary>
    /// <exception cref="SftpFaultException">The folder cannot be read.</exception>
    public async Task<(List<RemoteFile> Files, bool HasMore)> ReadAsync(SftpSession session, CancellationToken cancellationToken)
    {
        var look = new Look(Math.Max(options.FilesPerLook, LeastKept), options.Order == FileOrder.Time ? ByTime : ByName);
        var folder = await session.ResolveAsync(options.Folder, cancellationToken).ConfigureAwait(false);
        if (options.Recurse)
        {
            await FindOwnFoldersAsync(session, look, cancellationToken).ConfigureAwait(false);
        }

        await ReadAsync(session, folder, 0, look, cancellationToken).ConfigureAwait(false);
        pauses.KeepOnly(look.Paused);
        setAside.KeepOnly(look.Paused);
        _foreign = look.Foreign;
        return (look.Files.Sorted(), look.Files.HasMore);
    }

    private async Task FindOwnFoldersAsync(SftpSession session, Look look, CancellationToken cancellationToken)
    {
        foreach (var own in new[] { options.MoveTo, options.ErrorFolder })
        {
            if (own is not null && await session.LookAsync(own, cancellationToken).ConfigureAwait(false) is { Kind: RemoteKind.Folder })
            {
                look.Own.Add(await session.ResolveAsync(own, cancellationToken).ConfigureAwait(false));
            }
        }
    }

    private async Task ReadAsync(SftpSession session, string folder, int depth, Look look, CancellationToken cancellationToken)
    {
        // Folders below wait until this one is through: servers allow a session few open folders.
        var below = new List<string>();
        await foreach (var entry in session.ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Name is "." or "..")
            {
                continue;
            }

            if (entry.Kind == RemoteKind.Folder)
            {
                if (options.Recurse && depth < DeepestFolder && entry.Name[0] != '.' && IsReadable(entry) && !look.Own.Contains(entry.Path))
                {
                    below.Add(entry.Path);
                }
            }
            else
            {
                Classify(folder, entry, look);
            }
        }

        foreach (var path in below)
        {
            await ReadBelowAsync(session, path, depth + 1, look, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadBelowAsync(SftpSession session, string path, int depth, Look look, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(session, path, depth, look, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            if (e.Kind != SftpFaultKind.NoSuchPath)
            {
                leftAlone.Add(new LeftAlone(path, $"it is a folder that cannot be read: {e.Message}"));
            }
        }
    }

    private void Classify(string folder, RemoteEntry entry, Look look)
    {
        if (!IsReadable(entry))
        {
            return;
        }

        if (ClaimName.Read(entry.Name, out var name) is { } claim)
        {
            ChooseClaimed(new RemoteFile(folder, name, entry.Version, claim), look);
        }
        else if (options.Marker is not null && _names.IsMarker(entry.Name) && entry.Kind == RemoteKind.File)
        {
            ChooseMarked(folder, entry, look);
        }
        else if (_names.IsTemporary(entry.Name))
        {
            if (IsOlderThan(entry.Version, options.AbandonedAfter))
            {
                leftAlone.Add(new LeftAlone(entry.Path, "it bears a temporary name and has not changed for longer than abandonedAfter; its sender may have died"));
            }
        }
        else if (_names.Matches(entry.Name))
        {
            Choose(folder, entry, look);
        }
    }

    private void Choose(string folder, RemoteEntry entry, Look look)
    {
        switch (entry.Kind)
        {
            case RemoteKind.Link:
                leftAlone.Add(new LeftAlone(entry.Path, "it is a symbolic link"));
                return;
            case RemoteKind.Special:
                leftAlone.Add(new LeftAlone(entry.Path, "it is a pipe, a socket or a device, no file"));
                return;
            case RemoteKind.File when options.Marker is not null:
                // Its marker brings it.
                return;
        }

        if (entry.Version.Size == 0)
        {
            leftAlone.Add(new LeftAlone(entry.Path, "it is empty; it is taken once something stands in it"));
        }
        else if (options.Claim && _charset.GetByteCount(entry.Name) + ClaimName.Overhead > LongestName)
        {
            leftAlone.Add(new LeftAlone(entry.Path, $"its name is longer than {LongestName - ClaimName.Overhead} bytes, too long to be renamed while it is read (claim); give it a shorter one"));
        }
        else if (IsOldEnough(entry.Version))
        {
            Add(new RemoteFile(folder, entry.Name, entry.Version), look);
        }
    }

    // With markers it is they that are counted and sorted: a folder may hold any number of files that are not complete. The file itself is looked at
    // when its turn comes, which is also when its version is known.
    private void ChooseMarked(string folder, RemoteEntry marker, Look look)
    {
        var name = marker.Name[..^options.Marker!.Length];
        if (name.Length > 0 && !_names.IsTemporary(name) && _names.Matches(name) && _charset.GetByteCount(name) + ClaimName.Overhead <= LongestName)
        {
            Add(new RemoteFile(folder, name, marker.Version) { Marker = marker.Version }, look);
        }
    }

    private void ChooseClaimed(RemoteFile file, Look look)
    {
        if (file.Claim!.Host == host)
        {
            // Ours from before: a crash, a broken connection, a store that could not keep it.
            Add(file, look);
            return;
        }

        if (look.Foreign.Count >= MostForeignClaims)
        {
            return;
        }

        var now = context.Time.GetTimestamp();
        var since = _foreign.TryGetValue(file.Path, out var before) && before.Version == file.Version ? before.Since : now;
        look.Foreign[file.Path] = (file.Version, since);
        var seenFor = context.Time.GetElapsedTime(since, now);
        if (options.TakeOverAfter > TimeSpan.Zero && seenFor >= options.TakeOverAfter)
        {
            Add(file, look);
        }
        else if (options.TakeOverAfter <= TimeSpan.Zero && options.AbandonedAfter > TimeSpan.Zero && seenFor >= options.AbandonedAfter)
        {
            leftAlone.Add(new LeftAlone(
                file.Path,
                "another host claimed it and has not finished for longer than abandonedAfter; start that host, or set takeOverAfter, or give the file its name back"));
        }
    }

    private void Add(RemoteFile file, Look look)
    {
        if (!pauses.IsEmpty && pauses.IsPaused(file.PauseKey))
        {
            look.Paused.Add(file.PauseKey);
            setAside.SeenAgain(file.PauseKey);
            return;
        }

        look.Files.Add(file);
        if (!pauses.IsEmpty)
        {
            // Its pause is over, but not what is known of it: the next one is longer.
            look.Paused.Add(file.PauseKey);
        }
    }

    private bool IsReadable(RemoteEntry entry)
    {
        if (entry.Name.Contains('\uFFFD'))
        {
            leftAlone.Add(new LeftAlone(entry.Path, "its name is not valid UTF-8, so it cannot be opened; rename it, or set fileNames: latin1"));
            return false;
        }

        if (entry.Name.AsSpan().IndexOfAny('/', '\0') >= 0)
        {
            leftAlone.Add(new LeftAlone(entry.Path, "the server names it with a slash, which would lead out of the folder"));
            return false;
        }

        return true;
    }

    // Asked for only when set: a server whose clock is ahead must not hold files back.
    private bool IsOldEnough(RemoteVersion version) => options.MinimumAge <= TimeSpan.Zero || IsOlderThan(version, options.MinimumAge);

    private bool IsOlderThan(RemoteVersion version, TimeSpan age) => age > TimeSpan.Zero && context.Time.GetUtcNow() - version.ModifiedAt >= age;

    private static int ByName(RemoteFile a, RemoteFile b)
    {
        var order = string.CompareOrdinal(a.OriginalPath, b.OriginalPath);
        return order != 0 ? order : string.CompareOrdinal(a.Path, b.Path);
    }

    private static int ByTime(RemoteFile a, RemoteFile b)
    {
        var order = a.Version.Modified.CompareTo(b.Version.Modified);
        return order != 0 ? order : ByName(a, b);
    }

    /// <summary>What one look gathers.</summary>
    private sealed class Look(int most, Comparison<RemoteFile> order)
    {
        public FirstFiles<RemoteFile> Files { get; } = new(most, order);

        public HashSet<string> Own { get; } = [];

        public HashSet<string> Paused { get; } = [];

        public Dictionary<string, (RemoteVersion Version, long Since)> Foreign { get; } = [];
    }
}
