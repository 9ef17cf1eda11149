using System.Text;
using System.Text.Json;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Exporting;

/// <summary>One file with one line of JSON for each content; it gets its name when it is whole. What is no UTF-8 text is written as Base64.</summary>
internal sealed class LinesExport : IContentExport
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string _part;
    private readonly FileStream _file;

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">There is one of that name, or it cannot be made.</exception>
    public LinesExport(string path)
    {
        Place = path;
        if (Path.Exists(path))
        {
            throw new IOException("it is there already, and nothing is overwritten; give another name");
        }

        _part = path + ".part";
        _file = OwnFile.Create(_part);
    }

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public void Write(MessageView message, ExportedContent content)
    {
        using (var writer = new Utf8JsonWriter(_file))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", message.Id);
            writer.WriteString("receivedAt", message.ReceivedAt);
            writer.WriteString("status", JsonNamingPolicy.KebabCaseLower.ConvertName(message.Status.ToString()));
            writer.WriteString("controlId", message.ControlId);
            writer.WriteString("messageType", message.MessageType);
            writer.WriteString("dataType", message.DataType);
            if (content.Destination is { } destination)
            {
                writer.WriteString("destination", destination);
            }

            WriteContent(writer, content.Bytes.Span);
            writer.WriteEndObject();
        }

        _file.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _file.Dispose();
        File.Move(_part, Place, overwrite: false);
    }

    /// <summary>What is not complete goes.</summary>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_part);
    }

    private static void WriteContent(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        try
        {
            writer.WriteString("content", Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            writer.WriteBase64String("contentBase64", bytes);
        }
    }
}
