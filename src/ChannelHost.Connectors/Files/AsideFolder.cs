namespace ChannelHost.Connectors.Files;

/// <summary>
/// Where a file goes, under its own name, before it is deleted or moved: a hidden folder beside it, where no sender writes. What a removal touches is then
/// what was set aside and looked at, never what a sender has put under the name meanwhile. The folder also says how the file's message ended, which
/// outlives the process; it is there only while something lies in it.
/// </summary>
internal static class AsideFolder
{
    private const string Taken = ".channelhost-taken";
    private const string Failed = ".channelhost-failed";
    private const int MostTries = 100;
    private const int NoSuchPath = 2;

    /// <summary>Whether the folder at a path is one for files set aside.</summary>
    public static bool IsOne(string folder) => Path.GetFileName(folder.AsSpan()) is Taken or Failed;

    /// <summary>Whether the folder is the one for files whose message ended in an error.</summary>
    public static bool IsForFailed(string folder) => Path.GetFileName(folder.AsSpan()) is Failed;

    /// <summary>Sets a file aside and says where it is now; null when it is gone.</summary>
    /// <exception cref="IOException">It cannot be, also when a file of that name lies there from before.</exception>
    public static string? Take(string path, bool isError)
    {
        var folder = Path.Combine(Path.GetDirectoryName(path)!, isError ? Failed : Taken);
        var target = Path.Combine(folder, Path.GetFileName(path));
        for (var tries = 1; ; tries++)
        {
            if (!TryMake(folder) && tries < MostTries)
            {
                continue;
            }

            var error = LinuxFiles.RenameNew(path, target, isTargetOurs: true);
            switch (error)
            {
                case 0:
                    return target;
                case NoSuchPath when LinuxFiles.Look(path, followLinks: false) is null:
                    Drop(folder);
                    return null;
                case NoSuchPath when tries < MostTries:
                    // Another poller found the folder empty and dropped it.
                    continue;
                default:
                    Drop(folder);
                    throw LinuxFiles.Failure(error);
            }
        }
    }

    /// <summary>Gives a file its own name back, unless another one bears it by now: then it stays and is found where it is.</summary>
    public static void GiveBack(string path)
    {
        var error = LinuxFiles.RenameNew(path, OriginalPath(path), isTargetOurs: false);
        if (error is not 0 and not LinuxFiles.Exists)
        {
            throw LinuxFiles.Failure(error);
        }

        Drop(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes the folder when nothing lies in it.</summary>
    public static void Drop(string folder) => LinuxFiles.RemoveEmptyFolder(folder);

    /// <summary>Where a file that was set aside had lain.</summary>
    public static string OriginalPath(string path) => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(path))!, Path.GetFileName(path));

    // False when another poller dropped the folder while it was made: .NET then says that it exists, although it does not any more.
    private static bool TryMake(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (IOException) when (LinuxFiles.Look(folder, followLinks: false) is null && Directory.Exists(Path.GetDirectoryName(folder)))
        {
            return false;
        }

        // A link of that name would lead our files to wherever its maker wants them.
        if (LinuxFiles.Look(folder, followLinks: false) is { Kind: not EntryKind.Folder })
        {
            throw new IOException("the place for files on their way out is no folder", LinuxFiles.NotAFolder);
        }

        return true;
    }
}
