using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Files;

/// <summary>Lists a folder: what may be taken, and what stays and why. Never follows a folder that is a link: it could lead out, or round in a circle.</summary>
internal sealed class FileListing(FilesSourceOptions options, TimeProvider time)
{
    private const int DeepestFolder = 32;

    private readonly string[] _ours = [.. new[] { options.MoveTo, options.ErrorFolder }.OfType<string>().Select(Plain)];
    private readonly NameSelection _names = new(options.Pattern, options.Expression, options.IgnoreTemporary, options.Marker);

    /// <summary>Entries of the folder now. An entry that goes while we look is no entry.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public (List<FoundFile> Files, List<LeftAlone> Left) Read(CancellationToken cancellationToken)
    {
        var files = new List<FoundFile>();
        var left = new List<LeftAlone>();
        Read(options.Folder, 0, files, left, cancellationToken);
        files.Sort(options.Order == FileOrder.Time ? ByTime : ByName);
        return (files, left);
    }

    private void Read(string folder, int depth, List<FoundFile> files, List<LeftAlone> left, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetFileName(path);
            try
            {
                Classify(path, name, depth, files, left, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                left.Add(new LeftAlone(path, $"the system says: {SystemReason.Of(e)}"));
            }
        }
    }

    private void Classify(string path, string name, int depth, List<FoundFile> files, List<LeftAlone> left, CancellationToken cancellationToken)
    {
        if (Look(path) is not { } version)
        {
            // Gone meanwhile; or a name that .NET could not decode, which then leads nowhere.
            if (name.Contains('\uFFFD'))
            {
                left.Add(new LeftAlone(path, "its name is not valid UTF-8, so it cannot be opened; rename it"));
            }

            return;
        }

        switch (version.Kind)
        {
            case EntryKind.Folder when AsideFolder.IsOne(path):
                ReadAside(path, files, left);
                return;
            case EntryKind.Folder:
                if (options.Recurse && depth < DeepestFolder && name[0] != '.' && !IsOurs(path, version))
                {
                    Read(path, depth + 1, files, left, cancellationToken);
                }

                return;
            case EntryKind.Link when _names.Matches(name):
                left.Add(new LeftAlone(path, options.FollowLinks ? "it is a link that leads nowhere or to no file" : "it is a symbolic link (followLinks is off)"));
                return;
            case EntryKind.Special when _names.Matches(name):
                left.Add(new LeftAlone(path, "it is a pipe, a socket or a device, no file"));
                return;
            case EntryKind.File when _names.IsTemporary(name):
                if (IsOlderThan(version, options.AbandonedAfter))
                {
                    left.Add(new LeftAlone(path, "it bears a temporary name and has not changed for longer than abandonedAfter; its sender may have died"));
                }

                return;
            case EntryKind.File when _names.IsMarker(name):
                if (IsOlderThan(version, options.AbandonedAfter) && Look(path[..^options.Marker!.Length]) is null)
                {
                    left.Add(new LeftAlone(path, "it is a marker without its file, older than abandonedAfter; delete it, or the next file of that name counts as complete at once"));
                }

                return;
            case EntryKind.File when _names.Matches(name):
                Choose(path, version, files, left);
                return;
        }
    }

    // Complete and taken once already, as a rule: its ledger tells. A marker may be gone by now.
    private void ReadAside(string folder, List<FoundFile> files, List<LeftAlone> left)
    {
        var isEmpty = true;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            isEmpty = false;
            if (!_names.Matches(Path.GetFileName(path)) || LinuxFiles.Look(path, followLinks: false) is not { } version)
            {
                continue;
            }

            switch (version.Kind)
            {
                case EntryKind.File when version.Size > 0:
                    files.Add(new FoundFile(path, version, IsAside: true));
                    break;
                case EntryKind.Link or EntryKind.File:
                    // A link may lead elsewhere from here, and what is empty was never read: both belong under their own name.
                    AsideFolder.GiveBack(path);
                    break;
                default:
                    left.Add(new LeftAlone(path, "it is no file"));
                    break;
            }
        }

        if (isEmpty)
        {
            AsideFolder.Drop(folder);
        }
    }

    private void Choose(string path, FileVersion version, List<FoundFile> files, List<LeftAlone> left)
    {
        if (version.Size == 0)
        {
            left.Add(new LeftAlone(path, "it is empty; it is taken once something stands in it"));
        }
        else if (IsOldEnough(version) && (options.Marker is null || Look(path + options.Marker) is not null))
        {
            files.Add(new FoundFile(path, version));
        }
    }

    private FileVersion? Look(string path)
    {
        var version = LinuxFiles.Look(path, followLinks: false);
        if (options.FollowLinks && version is { Kind: EntryKind.Link })
        {
            var target = LinuxFiles.Look(path, followLinks: true);
            return target is { Kind: EntryKind.File } ? target : version;
        }

        return version;
    }

    // Asked for only when set: a file server whose clock is ahead must not hold files back.
    private bool IsOldEnough(FileVersion version) => options.MinimumAge <= TimeSpan.Zero || IsOlderThan(version, options.MinimumAge);

    private bool IsOlderThan(FileVersion version, TimeSpan age) => age > TimeSpan.Zero && time.GetUtcNow() - version.ModifiedAt >= age;

    // By path, whatever slashes it was written with, and by inode: a folder may be reached by other names, too. What lies there was taken already.
    private bool IsOurs(string path, FileVersion version)
    {
        foreach (var folder in _ours)
        {
            if (Plain(path) == folder || (LinuxFiles.Look(folder, followLinks: true) is { } ours && ours.Device == version.Device && ours.Inode == version.Inode))
            {
                return true;
            }
        }

        return false;
    }

    private static string Plain(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static int ByName(FoundFile a, FoundFile b) => string.CompareOrdinal(a.Path, b.Path);

    private static int ByTime(FoundFile a, FoundFile b)
    {
        var order = a.Version.Modified.CompareTo(b.Version.Modified);
        return order != 0 ? order : ByName(a, b);
    }
}
