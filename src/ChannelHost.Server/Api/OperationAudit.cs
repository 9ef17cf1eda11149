using ChannelHost.Storage.Audit;

namespace ChannelHost.Server.Api;

/// <summary>Puts on the record what people do by hand, before it is done: without a record it is not done.</summary>
internal sealed partial class OperationAudit(AuditFile file, ILogger<OperationAudit> logger)
{
    private const int LongestWho = 100;
    private const int LongestWhy = 500;
    private const int LongestSubject = 2_000;

    /// <summary>Writes an event; false when it could not be stored.</summary>
    /// <param name="who">The person, as the caller says; nobody can check that yet. Null when the caller does not say.</param>
    /// <param name="action">What is done.</param>
    /// <param name="subject">With what: the channel, destination, messages. No content.</param>
    /// <param name="why">What they said; null for nothing.</param>
    public bool TryWrite(string? who, string action, string subject, string? why)
    {
        try
        {
            var person = string.IsNullOrWhiteSpace(who) ? "somebody at this machine" : PlainText.OneLine(who.Trim(), LongestWho);
            file.Write(person, action, PlainText.OneLine(subject, LongestSubject), PlainText.OneLine(why?.Trim() ?? "", LongestWhy), "asked");
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.NotStored(logger, action, error.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "'{Action}' was refused because it could not be put on the record: {Reason}")]
        public static partial void NotStored(ILogger logger, string action, string reason);
    }
}
