using MailKit;

namespace ChannelHost.Connectors.Smtp;

/// <summary>Watches what we say, and remembers only how far we came: from the command that begins the mail's content on, the server may have it.</summary>
internal sealed class SmtpProgress : IProtocolLogger
{
    /// <summary>True once the server may have got the mail.</summary>
    public bool HasBegunContent { get; private set; }

    /// <inheritdoc/>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <inheritdoc/>
    public void LogConnect(Uri uri)
    {
    }

    /// <inheritdoc/>
    public void LogClient(byte[] buffer, int offset, int count)
    {
        var said = buffer.AsSpan(offset, count);
        HasBegunContent |= said.StartsWith("DATA\r\n"u8) || said.StartsWith("BDAT "u8) || (!HasBegunContent && said.IndexOf("\r\nDATA\r\n"u8) >= 0);
    }

    /// <inheritdoc/>
    public void LogServer(byte[] buffer, int offset, int count)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
