using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Files;

/// <summary>Takes files out of the folder once they are stored. A removal that fails is tried again later and later; the file's message stays one.</summary>
internal sealed class FileRemoval(FilesSourceOptions options, IDurableFiles files, TimeProvider time)
{
    private const int MostNames = 1000;

    private readonly RemovalPauses _pauses = new(time);

    /// <summary>True while a file's removal failed a short time ago: leave it alone until its pause is over.</summary>
    public bool IsPaused(FoundFile file) => !_pauses.IsEmpty && _pauses.IsPaused(file.Version.VersionKey(file.Path));

    /// <summary>Forgets failures of files that are gone.</summary>
    public void KeepOnly(List<FoundFile> found)
    {
        if (!_pauses.IsEmpty)
        {
            _pauses.KeepOnly(found.Select(file => file.Version.VersionKey(file.Path)).ToHashSet());
        }
    }

    /// <summary>Removes a file, or moves it to the error folder. Null when done, else why not and whether it was the first time.</summary>
    public (string Reason, bool IsFirst)? Remove(FoundFile file, bool isError)
    {
        var key = file.Version.VersionKey(file.Path);
        try
        {
            Take(file, isError);
            _pauses.Done(key);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (WithoutName(e.Message, file.Path), _pauses.Failed(key));
        }
    }

    private void Take(FoundFile file, bool isError)
    {
        // Only the very version that was read may go. A newer one under the name is the next message.
        if (LinuxFiles.Look(file.Path, options.FollowLinks) != file.Version)
        {
            return;
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

        if (options.Marker is not null)
        {
            File.Delete(file.Path + options.Marker);
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
            catch (IOException) when (LinuxFiles.Look(target, followLinks: false) is not null && LinuxFiles.Look(path, followLinks: false) is not null)
            {
                // Somebody else took the name between our look and our move: the next one, then.
            }
        }

        throw new IOException($"{MostNames} files of that name are in {folder} already; clear it");
    }

    // A file's name may tell who a patient is.
    private static string WithoutName(string reason, string path) =>
        Text.SafeText.From(reason.Replace(path, "the file", StringComparison.Ordinal).Replace(Path.GetFileName(path), "(its name)", StringComparison.Ordinal));
}
