using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Who owns a file: as a rule whoever wrote it, because editors replace what they save.</summary>
internal static class FileOwner
{
    private const string UserList = "/etc/passwd";

    /// <summary>The owner of the file in a folder that was written last; empty when nobody can tell.</summary>
    public static string OfNewest(IEnumerable<FileStamp> stamps, string folder)
    {
        var newest = stamps.Where(stamp => stamp.Exists && RealPath.IsWithin(stamp.Path, folder)).OrderBy(stamp => stamp.Written).LastOrDefault();
        return newest.Path is { } path && Posix.OwnerOf(path) is { } user ? NameOf(user) : "";
    }

    private static string NameOf(uint user)
    {
        var number = user.ToString(System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            var entry = File.ReadLines(UserList).Select(line => line.Split(':')).FirstOrDefault(parts => parts.Length > 2 && parts[2] == number);
            return entry is [{ Length: > 0 } name, ..] ? name : $"user {number}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"user {number}";
        }
    }
}
