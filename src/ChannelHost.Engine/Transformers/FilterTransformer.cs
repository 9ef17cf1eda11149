namespace ChannelHost.Engine.Transformers;

/// <summary>Filter and transformer of one connector: parse, filter, transform, serialize, in one clean engine. Without scripts the bytes pass as they are.</summary>
internal sealed class FilterTransformer(string connector, IScriptUnit? unit, IMessageCodec inbound, IMessageCodec outbound)
{
    /// <summary>Runs the scripts on one message. Never throws for what a script does.</summary>
    /// <exception cref="OperationCanceledException">The channel was closed while they ran: the message is as if they never had.</exception>
    public Transformed Transform(
        long messageId,
        ReadOnlyMemory<byte> content,
        MessageMaps maps,
        DestinationSelection? destinations,
        CancellationToken cancellationToken)
    {
        if (unit is null)
        {
            return new Transformed(MessageStatus.Transformed, content, null, []);
        }

        var scope = new ScriptScope
        {
            Connector = connector,
            MessageId = messageId,
            Content = content,
            Inbound = inbound,
            Outbound = outbound,
            Maps = maps,
            Destinations = destinations,
        };
        var result = unit.Run(scope, cancellationToken);
        if (result.Outcome == ScriptOutcome.Failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return result.Outcome switch
        {
            ScriptOutcome.Accepted => new Transformed(MessageStatus.Transformed, result.Content, null, scope.StateChanges),
            ScriptOutcome.Filtered => new Transformed(MessageStatus.Filtered, content, null, scope.StateChanges),
            _ => new Transformed(MessageStatus.Error, content, result.Error, scope.StateChanges),
        };
    }
}

/// <summary>A message after filter and transformer.</summary>
/// <param name="Status">Transformed, Filtered or Error.</param>
/// <param name="Content">What goes on; the unchanged content when filtered or failed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="StateChanges">What the scripts changed in <c>globalChannelMap</c>, also when they failed afterwards.</param>
internal readonly record struct Transformed(
    MessageStatus Status,
    ReadOnlyMemory<byte> Content,
    ScriptError? Error,
    IReadOnlyList<StateChange> StateChanges);
