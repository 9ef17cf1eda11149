namespace ChannelHost.Abstractions;

/// <summary>Where messages come in. A source reads bytes, hands them to the receiver, and carries the answer back. It keeps nothing.</summary>
public interface ISource : IAsyncDisposable
{
    /// <summary>Opens the listener or starts polling. Called once. Returns when messages can arrive.</summary>
    /// <param name="receiver">Takes the messages; stays the same while the source lives, also over a redeploy.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ConnectorException">It cannot start, with a reason for people. The engine tries again later.</exception>
    Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken);

    /// <summary>Takes no more messages, lets those handed over get their answer, and closes. When the token is cancelled it closes at once.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Takes over changed settings without closing what senders are connected to; false when that is not possible (the engine then stops and starts anew).</summary>
    /// <exception cref="ConnectorException">The changed settings cannot work (a certificate that cannot be read). Those before stay in force: do not stop the source.</exception>
    ValueTask<bool> TryChangeOptionsAsync(object options, CancellationToken cancellationToken) => ValueTask.FromResult(false);
}

/// <summary>The channel as its source sees it. Safe for use by many threads.</summary>
public interface IMessageReceiver
{
    /// <summary>
    /// Hands a message over. Completes when the channel's <c>acknowledge:</c> says so. Does not throw for anything the message itself is guilty of:
    /// that is a status in the response. When the store cannot keep it, the response is not stored and carries a negative answer.
    /// From the commit on it does not throw for anything: when the channel is closed, or a destination replaced, before a delivery is through, that delivery counts as
    /// <see cref="MessageStatus.Queued"/> (it is made again by what takes over, or at the next start) and the answer is the one that <c>acknowledge:</c> gives for a queued message.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">The connection's: honoured until the message is stored, ignored after.</param>
    /// <exception cref="OperationCanceledException">
    /// The channel stops or the connection went before the message was stored: give no answer. Of a batch, some parts may be stored; offered again under the same key, it goes on behind them.
    /// </exception>
    ValueTask<SourceResponse> ReceiveAsync(IncomingMessage message, CancellationToken cancellationToken);

    /// <summary>True when a message with this <see cref="IncomingMessage.OnceKey"/> was stored before.</summary>
    bool IsTaken(string onceKey);

    /// <summary>A negative answer for bytes that never became a message (frame too large, garbage), or null for none. Counted as refused.</summary>
    ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, string reason);
}
