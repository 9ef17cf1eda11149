namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>What a sender wrote down.</summary>
internal interface ISenderLedger
{
    /// <summary>Every control id that was sent, with its body's hash.</summary>
    IReadOnlyDictionary<string, string> Sent { get; }

    /// <summary>The control ids that were answered positively; for files: those that were taken away.</summary>
    ICollection<string> Confirmed { get; }

    /// <summary>Sends so many messages over so many connections; ends when each has its answer.</summary>
    Task SendAsync(int messages, int connections, CancellationToken cancellationToken);
}
