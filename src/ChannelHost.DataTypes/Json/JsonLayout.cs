using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChannelHost.DataTypes.Json;

/// <summary>Lays JSON out for people. Members, their order and the way numbers are written stay.</summary>
internal static class JsonLayout
{
    private static readonly JsonWriterOptions Indenting = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A member or element a line, with a line end after the last; what is no JSON stays as it is.</summary>
    public static ReadOnlyMemory<byte> Indented(ReadOnlyMemory<byte> content, int maxDepth)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = maxDepth });
            var text = new ArrayBufferWriter<byte>(content.Length * 2);
            using (var writer = new Utf8JsonWriter(text, Indenting with { MaxDepth = maxDepth + 1 }))
            {
                document.WriteTo(writer);
            }

            text.Write("\n"u8);
            return text.WrittenMemory;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Nothing for the layout to say: whoever reads the message says what is wrong with it.
            return content;
        }
    }
}
