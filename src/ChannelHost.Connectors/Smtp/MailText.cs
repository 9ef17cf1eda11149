using System.Diagnostics.CodeAnalysis;
using System.Text;
using MimeKit;

namespace ChannelHost.Connectors.Smtp;

/// <summary>What may stand in a mail.</summary>
internal static class MailText
{
    private const int MostAddresses = 500;

    private static readonly HashSet<string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Subject", "Date", "Message-Id", "MIME-Version", "Received", "Return-Path", "DKIM-Signature",
    };

    /// <summary>True for headers that other settings or the mail itself decide on.</summary>
    public static bool IsOurs(string header) =>
        Ours.Contains(header) || header.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || header.StartsWith("Resent-", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a value stays on the line it is put on: what breaks out of it could add headers or recipients.</summary>
    public static bool IsOneLine(string value) => value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 && value.AsSpan().IndexOfAny('\u2028', '\u2029', '\u0085') < 0;

    /// <summary>The encoding of a charset; null for one that is not known.</summary>
    public static Encoding? Charset(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            // The question is whether there is one.
            return null;
        }
    }

    /// <summary>Reads addresses with commas between them. Never says what they are: they may be a patient's.</summary>
    public static bool TryReadAddresses(string field, string text, [NotNullWhen(true)] out InternetAddressList? addresses, out string problem)
    {
        addresses = null;
        problem = "";
        if (!IsOneLine(text))
        {
            problem = $"{field} has a line break.";
            return false;
        }

        var trimmed = text.Replace(';', ',').Trim(' ', ',', '\t');
        if (trimmed.Length == 0)
        {
            addresses = [];
            return true;
        }

        if (!InternetAddressList.TryParse(trimmed, out addresses) || addresses.Any(address => address is not MailboxAddress mailbox || !mailbox.Address.Contains('@', StringComparison.Ordinal)))
        {
            problem = $"{field} is no list of mail addresses.";
            return false;
        }

        problem = $"{field} has more than {MostAddresses} addresses.";
        return addresses.Count <= MostAddresses;
    }
}
