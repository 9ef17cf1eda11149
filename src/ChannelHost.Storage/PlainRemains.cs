using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.State;

namespace ChannelHost.Storage;

/// <summary>
/// What lies in the clear beside encrypted stores from the time before: archives, and damaged state files that were set aside. Nobody rewrites an archive, because it is what a
/// deletion relied on; so people are told.
/// </summary>
internal static class PlainRemains
{
    /// <summary>One entry for each channel and kind of file. Only of channels that are encrypted.</summary>
    internal static IEnumerable<StoreKeyRemainder> Of(string dataFolder, IReadOnlyList<ChannelForms> channels)
    {
        foreach (var channel in channels.Where(channel => channel.Forms.Any(form => form != ContentCodec.PlainForm)))
        {
            var archives = Archives(ArchiveWriter.FolderOf(dataFolder, channel.Channel)).Where(IsPlain).ToList();
            if (archives.Count > 0)
            {
                yield return new StoreKeyRemainder(
                    channel.Channel,
                    $"{archives.Count} archive(s) from before it was encrypted are in the clear, the first is {archives[0]}. Next: import them (channelhost import archive) and delete the files, or move them to where they are safe");
            }

            var aside = ChannelState.SetAsideIn(ChannelFolder.Of(dataFolder, channel.Channel));
            if (aside.Count > 0)
            {
                yield return new StoreKeyRemainder(
                    channel.Channel,
                    $"{aside.Count} damaged state file(s) that were set aside may be in the clear or need an old key, the first is {aside[0]}. Next: delete them when nobody needs them; they go by themselves after the channel's retention");
            }
        }
    }

    /// <summary>True when the first member of an archive is not sealed; one that cannot be told is taken for plain.</summary>
    internal static bool IsPlain(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var header = new byte[ArchiveMember.HeaderSize];
        var length = ArchiveMember.LengthOf(header.AsSpan(0, file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)));
        if (length == 0 || length > file.Length)
        {
            return true;
        }

        var member = new byte[length];
        file.Position = 0;
        file.ReadExactly(member);
        try
        {
            return !SealedPiece.Is(ArchiveMember.Decompress(member));
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static IEnumerable<string> Archives(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + ArchiveWriter.Extension).Order(StringComparer.Ordinal) : [];
}
