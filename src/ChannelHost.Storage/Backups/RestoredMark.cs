using System.Globalization;
using System.Text;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Backups;

/// <summary>
/// <c>restored</c> beside a channel's messages: they were put back from a backup, and nobody has looked at what waits. A file and no row, so that a store whose keys are
/// not there can be put back too. What it says is the time of the backup.
/// </summary>
internal static class RestoredMark
{
    internal const string FileName = "restored";

    /// <summary>When the backup was made; null where there is no mark. One that cannot be read counts: the safe side is to hold.</summary>
    internal static DateTimeOffset? Read(string messages)
    {
        var path = PathBeside(messages);
        if (!File.Exists(path))
        {
            return null;
        }

        return DateTimeOffset.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.UnixEpoch;
    }

    /// <summary>Sets the mark durably.</summary>
    internal static void Write(string messages, DateTimeOffset madeAt) =>
        DurableFiles.WritePrivate(PathBeside(messages), Encoding.ASCII.GetBytes(madeAt.ToString("O", CultureInfo.InvariantCulture)), overwrite: true);

    /// <summary>Takes the mark away durably.</summary>
    internal static void Remove(string messages)
    {
        var path = PathBeside(messages);
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            new DurableFiles().Delete(path);
        }
        catch (IOException failure)
        {
            throw new StoreException($"{path}: that what waits is held could not be noted: {failure.Message}. Next: look at the disk and deploy the channel again", failure);
        }
    }

    private static string PathBeside(string messages) => Path.Combine(Path.GetDirectoryName(messages)!, FileName);
}
