using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ChannelHost.Connectors.FileOutput;

/// <summary>What a file gets: the message, or what a template makes of it, as it is or decoded.</summary>
internal sealed class FileContent(Template? template, FileDecode decode)
{
    /// <summary>The file's bytes, or null and the reason.</summary>
    public ReadOnlyMemory<byte>? Of(OutgoingMessage message, out string reason)
    {
        reason = "";
        var content = message.Content;
        if (template is not null)
        {
            if (!template.TryFill(message.Variables, out var text))
            {
                reason = $"The content '{template.Source}' needs '{text}', and nothing has that name.";
                return null;
            }

            content = Encoding.UTF8.GetBytes(text);
        }

        return decode == FileDecode.Base64 ? Decoded(content.Span, out reason) : content;
    }

    private static ReadOnlyMemory<byte>? Decoded(ReadOnlySpan<byte> text, out string reason)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Base64.GetMaxDecodedFromUtf8Length(text.Length));
        var status = Base64.DecodeFromUtf8(text, bytes, out var consumed, out var written);
        if (status != OperationStatus.Done)
        {
            reason = $"The content is not base64 (decode: base64): the first byte that is none is number {consumed} of {text.Length}, or the text is cut short.";
            return null;
        }

        reason = "";
        return bytes.AsMemory(0, written);
    }
}
