using System.IO.Compression;
using ChannelHost.Import.Messages;

namespace ChannelHost.Server.Importing;

/// <summary>Finds exported messages: files, folders of them, and zip files.</summary>
internal static class ReplayFiles
{
    private const long MostUnpacked = 4L << 30;
    private const int MostEntries = 1_000_000;

    /// <summary>All messages in the order of the files' names.</summary>
    /// <exception cref="CommandFailure">A path is not there or cannot be read.</exception>
    public static IEnumerable<ExportedMessage> Read(IReadOnlyList<string> paths)
    {
        foreach (var file in paths.SelectMany(Files))
        {
            using var bytes = Open(file);
            foreach (var message in IsZip(bytes) ? InZip(bytes, file) : ExportedMessageReader.Read(bytes, Path.GetFileName(file)))
            {
                yield return message;
            }
        }
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(IsExport).Order(StringComparer.Ordinal)
            : throw new CommandFailure(ExitCode.Usage, $"there is no file or folder {path} with exported messages");
    }

    private static bool IsExport(string file) => Path.GetExtension(file).ToLowerInvariant() is ".xml" or ".zip" or "";

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{file} cannot be read: {error.Message}", error);
        }
    }

    private static bool IsZip(FileStream bytes)
    {
        Span<byte> mark = stackalloc byte[4];
        var length = bytes.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        bytes.Position = 0;
        return length == mark.Length && mark.SequenceEqual("PK\x03\x04"u8);
    }

    private static IEnumerable<ExportedMessage> InZip(FileStream bytes, string file)
    {
        using var zip = Unpack(bytes, file);
        var entries = zip.Entries.Where(entry => entry.Length > 0 && IsExport(entry.Name)).OrderBy(entry => entry.FullName, StringComparer.Ordinal).ToList();
        if (entries.Count > MostEntries || entries.Sum(entry => entry.Length) > MostUnpacked)
        {
            throw new CommandFailure(ExitCode.Usage, $"{file} holds more than {MostUnpacked >> 30} GB or {MostEntries} files; export less at a time");
        }

        foreach (var entry in entries)
        {
            using var content = entry.Open();
            foreach (var message in ExportedMessageReader.Read(content, $"{Path.GetFileName(file)}/{entry.FullName}"))
            {
                yield return message;
            }
        }
    }

    private static ZipArchive Unpack(FileStream bytes, string file)
    {
        try
        {
            return new ZipArchive(bytes, ZipArchiveMode.Read);
        }
        catch (InvalidDataException error)
        {
            throw new CommandFailure(ExitCode.Usage, $"{file} is a damaged zip file; export it again", error);
        }
    }
}
