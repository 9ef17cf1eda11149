namespace ChannelHost.Server.Commands;

/// <summary>What <c>validate PATH</c> means: a channels folder, and what to read below it.</summary>
/// <param name="ChannelsFolder">The channels folder; shared scripts and names count from here.</param>
/// <param name="Below">The channel's or group's folder; null for all.</param>
internal sealed record ValidatePath(string ChannelsFolder, string? Below)
{
    private const string ChannelFile = "channel.yaml";

    /// <summary>Finds it: a name below the channels folder first, then a path of its own.</summary>
    /// <exception cref="CommandFailure">There is no such thing.</exception>
    public static ValidatePath Of(string? path, string channelsFolder)
    {
        if (path is null)
        {
            return new ValidatePath(CommonOptions.ExistingFolder(channelsFolder), null);
        }

        var root = Path.GetFullPath(channelsFolder);
        var named = Path.GetFullPath(Path.Combine(root, path));
        if (Directory.Exists(named) && IsBelow(named, root))
        {
            return new ValidatePath(root, named);
        }

        var full = Path.GetFullPath(path.EndsWith(ChannelFile, StringComparison.Ordinal) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path);
        if (!Directory.Exists(full))
        {
            throw new CommandFailure(ExitCode.Usage, $"there is no channel, group or folder '{path}' (looked in {root} and at {full})");
        }

        return full == root ? new ValidatePath(root, null)
            : IsBelow(full, root) ? new ValidatePath(root, full)
            : OfForeignFolder(full);
    }

    // A folder elsewhere: a channel stands two levels below its channels folder, a group one.
    private static ValidatePath OfForeignFolder(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        if (File.Exists(Path.Combine(folder, ChannelFile)) && Path.GetDirectoryName(parent) is { } root)
        {
            return new ValidatePath(root, folder);
        }

        var isGroup = parent is not null && Directory.EnumerateDirectories(folder).Any(channel => File.Exists(Path.Combine(channel, ChannelFile)));
        return isGroup ? new ValidatePath(parent!, folder) : new ValidatePath(folder, null);
    }

    private static bool IsBelow(string path, string root) => path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
