using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Files;

/// <summary>
/// Takes files out of the folder once they are stored. Each is set aside first and looked at there, then its marker goes, then the file. A removal that
/// fails is tried again later and later; the file's message stays one.
/// </summary>
internal sealed class FileRemoval(FilesSourceOptions options, IDurableFiles files, TimeProvider time)
{
    private const int MostNames = 1000;

    private readonly RemovalPauses _pauses = new(time);

    // Whose message ended in an error, while they could not even be set aside: the next try must not take them for good ones.
    private readonly HashSet<string> _failed = [];

    /// <summary>True while a file's removal failed a short time ago: leave it alone until its pause is over.</summary>
    public bool IsPaused(FoundFile file) => !_pauses.IsEmpty && _pauses.IsPaused(file.VersionKey);

    /// <summary>Forgets failures of files that are gone.</summary>
    public void KeepOnly(List<FoundFile> found)
    {
        if (!_pauses.IsEmpty)
        {
            var keys = found.Select(file => file.VersionKey).ToHashSet();
            _pauses.KeepOnly(keys);
            _failed.IntersectWith(keys);
        }
    }

    /// <summary>
    /// Removes a file, or moves it to the error folder: also when an earlier try was to do that. Null when done, else why not and whether it was the first time.
    /// </summary>
    public (string Reason, bool IsFirst)? Remove(FoundFile file, bool isError)
    {
        var key = file.VersionKey;
        isError = isError || file.IsFailed || _failed.Contains(key);
        try
        {
            if (SetAside(file, isError) is { } aside)
            {
                Finish(aside, isError);
            }

            _pauses.Done(key);
            _failed.Remove(key);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (isError)
            {
                _failed.Add(key);
            }

            return (e is NamesUsedUpException ? e.Message : SystemReason.Of(e), _pauses.Failed(key));
        }
    }

    // Only the very version that was read may go. A newer one under the name is the next message, and it may come between a look and a deed.
    private FoundFile? SetAside(FoundFile file, bool isError)
    {
        var entry = LinuxFiles.Look(file.Path, followLinks: false);
        if (LinuxFiles.Look(file.Path, options.FollowLinks) != file.Version)
        {
            return null;
        }

        if (file.IsAside)
        {
            return file;
        }

        if (AsideFolder.Take(file.Path, isError) is not { } path)
        {
            return null;
        }

        if (LinuxFiles.Look(path, followLinks: false) == entry)
        {
            return new FoundFile(path, file.Version, IsAside: true);
        }

        AsideFolder.GiveBack(path);
        return null;
    }

    private void Finish(FoundFile file, bool isError)
    {
        if (options.Marker is not null)
        {
            DeleteMarker(file.OriginalPath + options.Marker, file);
        }

        var target = isError && options.ErrorFolder is not null ? options.ErrorFolder : options.After == AfterFile.Move ? options.MoveTo : null;
        if (target is null)
        {
            // Not synced: should a power cut bring the name back, the ledger knows the file and it is only removed again.
            File.Delete(file.Path);
        }
        else
        {
            MoveInto(target, file.Path);
        }

        AsideFolder.Drop(Path.GetDirectoryName(file.Path)!);
    }

    // Before the file goes for good: a marker that outlives its file makes the next file of the name count as complete from its first byte on.
    // One that was made after the file was set aside, and has a file, announces that next file.
    private static void DeleteMarker(string marker, FoundFile file)
    {
        var isOfNext = LinuxFiles.ChangedAt(marker) > LinuxFiles.ChangedAt(file.Path) && LinuxFiles.Look(file.OriginalPath, followLinks: false) is not null;
        if (!isOfNext)
        {
            File.Delete(marker);
        }
    }

    private void MoveInto(string folder, string path)
    {
        Directory.CreateDirectory(folder);
        var name = Path.GetFileNameWithoutExtension(path);
        var extension = Path.GetExtension(path);
        for (var number = 0; number < MostNames; number++)
        {
            var target = Path.Combine(folder, number == 0 ? name + extension : $"{name}-{number}{extension}");
            if (LinuxFiles.Look(target, followLinks: false) is not null)
            {
                continue;
            }

            try
            {
                files.Move(path, target);
                return;
            }
            catch (IOException e) when (e.HResult == LinuxFiles.Exists)
            {
                // Somebody else took the name between our look and our move: the next one, then. Any other failure is none of the name's.
            }
        }

        throw new NamesUsedUpException($"{MostNames} files of that name are in {folder} already; clear it");
    }

    private sealed class NamesUsedUpException(string message) : IOException(message);
}
