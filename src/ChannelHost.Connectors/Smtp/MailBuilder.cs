using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Text;

namespace ChannelHost.Connectors.Smtp;

/// <summary>Makes a mail of a message by the settings of a destination. The same message gives the same <c>Message-Id</c> at each attempt, so that a second copy can be told.</summary>
internal sealed class MailBuilder(SmtpDestinationOptions options, ConnectorContext context)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Makes the mail; false and why when it cannot be made.</summary>
    public bool TryBuild(OutgoingMessage message, [NotNullWhen(true)] out MimeMessage? mail, out string reason)
    {
        mail = new MimeMessage { Date = context.Time.GetLocalNow(), MessageId = IdOf(message) };
        reason = "";
        if (TryAddresses(mail, message.Variables, ref reason) && TryHeaders(mail, message.Variables, ref reason) && TryBody(mail, message, ref reason))
        {
            return true;
        }

        mail.Dispose();
        mail = null;
        return false;
    }

    private bool TryAddresses(MimeMessage mail, IVariableLookup variables, ref string reason)
    {
        foreach (var (field, template, list) in new (string, Template?, InternetAddressList)[]
        {
            ("from", options.From, mail.From), ("to", options.To, mail.To), ("cc", options.Cc, mail.Cc), ("bcc", options.Bcc, mail.Bcc), ("replyTo", options.ReplyTo, mail.ReplyTo),
        })
        {
            if (template is null)
            {
                continue;
            }

            if (!TryFill(field, template, variables, out var text, ref reason))
            {
                return false;
            }

            if (!MailText.TryReadAddresses(field, text, out var addresses, out var problem))
            {
                reason = $"The mail cannot be made: {problem}";
                return false;
            }

            list.AddRange(addresses);
        }

        if (mail.From.Count == 1 && mail.To.Count + mail.Cc.Count + mail.Bcc.Count > 0)
        {
            return true;
        }

        reason = mail.From.Count == 1 ? "The mail cannot be made: it has no recipient." : "The mail cannot be made: from must be one address.";
        return false;
    }

    private bool TryHeaders(MimeMessage mail, IVariableLookup variables, ref string reason)
    {
        if (!TryLine("subject", options.Subject, variables, out var subject, ref reason))
        {
            return false;
        }

        mail.Subject = subject;
        foreach (var header in options.Headers)
        {
            if (!TryLine($"the header {header.Name}", header.Value, variables, out var value, ref reason))
            {
                return false;
            }

            mail.Headers.Add(header.Name, value);
        }

        return true;
    }

    private bool TryBody(MimeMessage mail, OutgoingMessage message, ref string reason)
    {
        var text = options.Attach.Count > 0 ? "" : TextOf(message.Content.Span);
        if (options.Body is { } body && !TryFill("body", body, message.Variables, out text, ref reason))
        {
            return false;
        }

        var part = new TextPart(options.Html ? TextFormat.Html : TextFormat.Plain);
        part.SetText(MailText.Charset(options.Charset) ?? Encoding.UTF8, text);
        if (options.Attach.Count == 0)
        {
            mail.Body = part;
            return true;
        }

        var parts = new Multipart("mixed") { part };
        foreach (var setting in options.Attach)
        {
            if (!TryAttachment(setting, message, out var attachment, ref reason))
            {
                parts.Dispose();
                return false;
            }

            parts.Add(attachment);
        }

        mail.Body = parts;
        return true;
    }

    private static bool TryAttachment(SmtpAttachmentSetting setting, OutgoingMessage message, [NotNullWhen(true)] out MimePart? part, ref string reason)
    {
        part = null;
        if (!TryLine("the name of an attachment", setting.Name, message.Variables, out var name, ref reason))
        {
            return false;
        }

        var content = message.Content.ToArray();
        if (setting.Content is { } template)
        {
            if (!TryFill("the content of an attachment", template, message.Variables, out var text, ref reason))
            {
                return false;
            }

            content = Encoding.UTF8.GetBytes(text);
        }

        if (setting.Base64 && !TryDecode(content, out content))
        {
            reason = "The mail cannot be made: the content of an attachment is no base64.";
            return false;
        }

        part = new MimePart(ContentType.Parse(setting.Type))
        {
            Content = new MimeContent(new MemoryStream(content, writable: false)),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = name,
        };
        return true;
    }

    private static bool TryDecode(byte[] text, out byte[] content)
    {
        try
        {
            content = Convert.FromBase64String(Encoding.ASCII.GetString(text));
            return true;
        }
        catch (FormatException)
        {
            // Said by the caller.
            content = [];
            return false;
        }
    }

    private static bool TryLine(string field, Template template, IVariableLookup variables, out string value, ref string reason)
    {
        if (!TryFill(field, template, variables, out value, ref reason))
        {
            return false;
        }

        if (MailText.IsOneLine(value))
        {
            return true;
        }

        reason = $"The mail cannot be made: {field} has a line break.";
        return false;
    }

    private static bool TryFill(string field, Template template, IVariableLookup variables, out string value, ref string reason)
    {
        if (template.TryFill(variables, out value))
        {
            return true;
        }

        reason = $"The mail cannot be made: {field} needs {value}, which has no value for this message.";
        return false;
    }

    private static string TextOf(ReadOnlySpan<byte> content)
    {
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(content);
        }
    }

    // Channel and destination by their hash only: mail leaves the house.
    private string IdOf(OutgoingMessage message)
    {
        var named = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{context.StateId()}/{context.Channel}/{context.Name}/{message.MessageId}/"));
        return $"{Convert.ToHexStringLower(SHA256.HashData([.. named, .. SHA256.HashData(message.Content.Span)]).AsSpan(0, 16))}@channelhost.invalid";
    }
}
