using System.Globalization;
using ChannelHost.Storage.Messages.Texts;

namespace ChannelHost.Storage.Verification;

/// <summary>Reads all indexes of texts of a channel.</summary>
internal static class TextIndexCheck
{
    internal static IEnumerable<(string File, string What)> Run(string database)
    {
        var folder = TextIndexes.FolderOf(database);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.text").Order(StringComparer.Ordinal).Select(file => (file, Check(file))).Where(result => result.Item2 is not null).Select(result => (result.file, result.Item2!))
            : [];
    }

    private static string? Check(string path)
    {
        try
        {
            if (!long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var part))
            {
                return "its name is not that of an index of texts";
            }

            using var file = TextIndexFile.Open(path, part);
            file.Check();
            return null;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            return $"{failure.Message}; it is made again from the messages when a search needs it";
        }
    }
}
