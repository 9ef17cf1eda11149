using System.Globalization;
using System.Text;

namespace ChannelHost.Engine.Attachments;

/// <summary>
/// Puts attachments back where their tokens stand (<c>${ATTACH:id}</c>, or with channel and message for those of another one), or makes the tokens good for
/// elsewhere. What holds no token is given back as it is.
/// </summary>
/// <param name="attachments">The message's.</param>
/// <param name="messageId">The message.</param>
/// <param name="how">What becomes of tokens.</param>
/// <param name="sourceMap">Where the message came from: only the messages that it was made of may be named in it.</param>
internal sealed class Reattachment(MessageAttachments attachments, long messageId, AttachmentPutting how, IReadOnlyDictionary<string, object?> sourceMap)
{
    private const string Begin = "${ATTACH:";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A message's bytes.</summary>
    /// <param name="content">The message.</param>
    /// <param name="codec">How it is read and written: what is text is put back in its charset.</param>
    /// <exception cref="AttachmentException">It would be too large.</exception>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> content, IMessageCodec codec)
    {
        if (content.Span.IndexOf("${ATTACH:"u8) < 0)
        {
            return content;
        }

        // Tokens are ASCII: in Latin-1 every byte is a character, and stays what it is.
        var raw = Encoding.Latin1.GetString(content.Span);
        if (how.Puts && TryOnly(raw) is { } only)
        {
            return how.Outbound.IsEmpty ? only.Content : Encoding.UTF8.GetBytes(Text(only) ?? Encoding.Latin1.GetString(only.Content.Span));
        }

        try
        {
            return codec.Encode(ReplaceText(codec.Decode(content)));
        }
        catch (Exception problem) when (problem is MessageFormatException or DecoderFallbackException)
        {
            // No text, or an attachment that is none in this charset: byte for byte then.
            return Encoding.Latin1.GetBytes(Replace(raw, attachment => Encoding.Latin1.GetString(attachment.Content.Span)));
        }
    }

    /// <summary>A text.</summary>
    /// <exception cref="AttachmentException">It would be too large, or an attachment is no text.</exception>
    public string Apply(string text)
    {
        if (!text.Contains(Begin, StringComparison.Ordinal))
        {
            return text;
        }

        try
        {
            return ReplaceText(text);
        }
        catch (DecoderFallbackException)
        {
            throw new AttachmentException($"Message {messageId} has an attachment that is no text, and a setting wants it as text. Send the message itself instead, or keep the tokens with attachments: keep.");
        }
    }

    private string ReplaceText(string text) => Replace(text, attachment => Text(attachment) ?? Strict.GetString(attachment.Content.Span));

    private string? Text(Attachment attachment) => how.Outbound.IsEmpty ? null : how.Outbound.Apply(Strict.GetString(attachment.Content.Span));

    private Attachment? TryOnly(string raw) =>
        raw.StartsWith(Begin, StringComparison.Ordinal) && raw.IndexOf('}', StringComparison.Ordinal) == raw.Length - 1 ? Find(raw[Begin.Length..^1]) : null;

    private string Replace(string text, Func<Attachment, string> put)
    {
        var result = new StringBuilder(text.Length);
        var at = 0;
        while (text.IndexOf(Begin, at, StringComparison.Ordinal) is var start && start >= 0)
        {
            var end = text.IndexOf('}', start);
            if (end < 0)
            {
                break;
            }

            result.Append(text, at, start - at);
            var name = text[(start + Begin.Length)..end];
            if (!how.Puts)
            {
                result.Append(Begin).Append(name.Contains(':', StringComparison.Ordinal) ? name : $"{how.Channel}:{messageId.ToString(CultureInfo.InvariantCulture)}:{name}").Append('}');
            }
            else if (Find(name) is { } attachment)
            {
                if (result.Length + (long)attachment.Content.Length > AttachmentLimits.MostBytes)
                {
                    throw new AttachmentException($"Message {messageId} with its attachments is larger than {AttachmentLimits.MostBytes >> 20} MB; nothing was sent. Keep the tokens with attachments: keep.");
                }

                result.Append(put(attachment));
            }
            else if (!how.DropsUnknown)
            {
                result.Append(text, start, end + 1 - start);
            }
            else
            {
                how.Log?.Invoke($"message {messageId}: a token for an attachment names none that this message may have; it was removed");
            }

            at = end + 1;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>The attachment that a token names: <c>id</c>, or <c>channel:message:id</c>.</summary>
    private Attachment? Find(string name)
    {
        var parts = name.Split(':');
        return parts.Length switch
        {
            1 => attachments.Find(name),
            3 when long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var message) => message == messageId && parts[0] == how.Channel
                ? attachments.Find(parts[2])
                // Anybody may write a token into a message, but nobody the way that it came.
                : MessageWay.LeadsOver(sourceMap, parts[0], message) ? attachments.Find(parts[0], message, parts[2])
                : null,
            _ => null,
        };
    }
}

/// <summary>What becomes of tokens.</summary>
/// <param name="Channel">This channel's id, for tokens that go elsewhere.</param>
/// <param name="Puts">True to put attachments back; false to leave tokens, in the form that other channels understand.</param>
/// <param name="DropsUnknown">True: a token that names nothing is replaced by nothing, as in Mirth. False: it stays, for it may be the sender's own text.</param>
/// <param name="Outbound">Replacements in what is put back.</param>
internal sealed record AttachmentPutting(string Channel, bool Puts, bool DropsUnknown, AttachmentReplacements Outbound)
{
    /// <summary>Where it is told that a token was dropped.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>For a channel.</summary>
    public static AttachmentPutting For(ChannelDefinition definition, ScriptEnvironment environment, bool puts) =>
        new(definition.Id ?? definition.Name, puts, definition.Compatibility == Compatibility.Mirth, new AttachmentReplacements(definition.Attachments?.Outbound ?? []))
        {
            Log = text => environment.Log("warn", text, "attachments"),
        };
}
