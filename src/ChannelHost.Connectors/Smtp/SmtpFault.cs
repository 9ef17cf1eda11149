using System.Globalization;
using ChannelHost.Connectors.Text;
using MailKit.Net.Smtp;

namespace ChannelHost.Connectors.Smtp;

/// <summary>How an attempt ended that did not end well.</summary>
internal enum SmtpOutcome
{
    /// <summary>The server cannot have the mail; another attempt may work.</summary>
    TryAgain,

    /// <summary>The server may have the mail.</summary>
    Uncertain,

    /// <summary>The server will not take this mail.</summary>
    Refused,
}

/// <summary>What went wrong with a mail.</summary>
/// <param name="outcome">What it means.</param>
/// <param name="message">In words, without addresses or the server's text.</param>
/// <param name="said">What the server said, which may quote addresses: for the message's record; null for nothing.</param>
/// <param name="inner">What the library threw.</param>
internal sealed class SmtpFaultException(SmtpOutcome outcome, string message, string? said = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What it means.</summary>
    public SmtpOutcome Outcome => outcome;

    /// <summary>The details for the message's record.</summary>
    public string Details => said is null ? Message : $"{Message} The server said: {said}";

    /// <summary>Of what the library threw while a mail was sent.</summary>
    public static SmtpFaultException Of(HostPort server, Exception exception, SmtpProgress progress, bool isTimeout, TimeSpan limit) => exception switch
    {
        SmtpFaultException known => known,
        SmtpCommandException command => Of(server, command),
        NotSupportedException => new(SmtpOutcome.Refused, $"{server} cannot take this mail: it needs an extension that the server has not (addresses beyond ASCII, for example)."),
        _ when isTimeout => new(
            progress.HasBegunContent ? SmtpOutcome.Uncertain : SmtpOutcome.TryAgain,
            $"{server} did not take the mail within {limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s{(progress.HasBegunContent ? "; it may have got it." : ".")}", inner: exception),
        _ when progress.HasBegunContent => new(SmtpOutcome.Uncertain, $"{server} cut the connection after the mail was begun; it may have got it.", inner: exception),
        _ => new(SmtpOutcome.TryAgain, $"{server} cut the connection before the mail was begun.", inner: exception),
    };

    // RFC 5321, section 4.2.1: 4xx passes, 5xx does not.
    private static SmtpFaultException Of(HostPort server, SmtpCommandException command)
    {
        var what = command.ErrorCode switch
        {
            SmtpErrorCode.SenderNotAccepted => "refused the sender",
            SmtpErrorCode.RecipientNotAccepted => "refused a recipient, so nobody got the mail",
            SmtpErrorCode.MessageNotAccepted => "refused the mail",
            _ => "refused a command",
        };
        var code = (int)command.StatusCode;
        return new SmtpFaultException(
            code >= 500 ? SmtpOutcome.Refused : SmtpOutcome.TryAgain,
            string.Create(CultureInfo.InvariantCulture, $"{server} {what}: {code}."), SafeText.From(command.Message), command);
    }
}
