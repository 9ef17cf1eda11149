using ChannelHost.Storage.Files;

namespace ChannelHost.Storage;

/// <summary>Where a channel's files lie. A channel's name becomes a path here and nowhere else.</summary>
internal static class ChannelFolder
{
    private const int LongestPart = 100;

    /// <summary>The channel's folder, made with all above it (mode 0700) when it is not there.</summary>
    internal static string Make(string dataFolder, string channel)
    {
        var folder = Of(dataFolder, channel);
        MakePrivate(folder);
        return folder;
    }

    /// <summary>Makes a folder, and those above it that are not there, for this user alone.</summary>
    internal static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The stores of ChannelHost need Linux: their guarantees rest on its fsync and flock.");
        }

        // One by one: the mode given here counts for the last folder only.
        if (!Directory.Exists(folder))
        {
            var above = Path.GetDirectoryName(folder)!;
            MakePrivate(above);
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            // A store in a folder that a power cut takes away is lost with it.
            Posix.SyncFolder(above);
        }
    }

    internal static string Of(string dataFolder, string channel)
    {
        var folder = Path.Combine(dataFolder, "channels");
        foreach (var part in channel.Split('/'))
        {
            if (!IsGood(part))
            {
                throw new StoreException(
                    $"channel '{channel}' cannot have a store: each part of its name needs 1 to {LongestPart} letters, digits, '-', '_', '.' or blanks, and no '.' or blank at its start");
            }

            folder = Path.Combine(folder, part);
        }

        return folder;
    }

    private static bool IsGood(string part)
    {
        if (part.Length is 0 or > LongestPart || part[0] is '.' or ' ')
        {
            return false;
        }

        foreach (var character in part)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('-' or '_' or '.' or ' '))
            {
                return false;
            }
        }

        return true;
    }
}
