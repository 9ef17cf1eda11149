using System.Buffers;
using System.Globalization;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Exporting;

/// <summary>
/// One file for each content: <c>0000000042-MSG00042.hl7</c>. What comes from messages is data: of a control id only letters, digits, dot, dash and
/// underscore get into a name, and the id before it makes the name unique and keeps it from being anything special.
/// </summary>
internal sealed class FolderExport : IContentExport
{
    private const int LongestName = 60;
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Takes a folder that is empty, or makes it.</summary>
    /// <exception cref="IOException">It is not empty, or cannot be made.</exception>
    public FolderExport(string folder)
    {
        Place = folder;
        if (File.Exists(folder))
        {
            throw new IOException("it is a file; a folder is needed, or --format jsonl");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException("the folder is not empty, and nothing is overwritten; give another one");
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public void Write(MessageView message, ExportedContent content)
    {
        using var file = OwnFile.Create(Path.Join(Place, NameOf(message, content)));
        file.Write(content.Bytes.Span);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        // Each file is complete when it is written.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is kept open.
    }

    private static string NameOf(MessageView message, ExportedContent content)
    {
        var controlId = Safe(message.ControlId);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{message.Id:D10}{(controlId.Length == 0 ? "" : "-")}{controlId}{(content.Destination is null ? "" : ".")}{Safe(content.Destination)}{(content.IsAttachment ? ".bin" : Extension(message.DataType))}");
    }

    private static string Safe(string? text)
    {
        var cut = text is null ? "" : text[..Math.Min(text.Length, LongestName)];
        return string.Create(cut.Length, cut, static (name, from) =>
        {
            for (var index = 0; index < from.Length; index++)
            {
                name[index] = Plain.Contains(from[index]) ? from[index] : '_';
            }
        });
    }

    private static string Extension(string dataType) => dataType switch
    {
        "hl7v2" => ".hl7",
        "json" => ".json",
        "xml" => ".xml",
        "delimited" => ".csv",
        _ => ".dat",
    };
}
