namespace ChannelHost.Engine.Transformers;

/// <summary>Filter and transformer of one connector: parse, filter, transform, serialize, in one clean engine. Without scripts the bytes pass as they are.</summary>
/// <param name="connector">What scripts call it: <c>source</c> or the destination's name.</param>
/// <param name="id">0 for the source, the destination's number else.</param>
/// <param name="unit">The scripts; null for none.</param>
/// <param name="inbound">How messages are read.</param>
/// <param name="outbound">How they are written.</param>
/// <param name="template">The template of outgoing messages; null for none.</param>
internal sealed class FilterTransformer(string connector, int id, IScriptUnit? unit, IMessageCodec inbound, IMessageCodec outbound, string? template)
{
    private static readonly Dictionary<string, string> NoFacts = [];

    /// <summary>True: what the data type tells of a message stands in the connector map before scripts run, as imported ones expect it.</summary>
    public bool TellsFacts { get; init; }

    /// <summary>True when scripts run.</summary>
    public bool HasScripts => unit is not null;

    /// <summary>Runs the scripts on one message. Never throws for what a script does.</summary>
    /// <exception cref="OperationCanceledException">The channel was closed while they ran: the message is as if they never had.</exception>
    public Transformed Transform(
        long messageId,
        ReadOnlyMemory<byte> content,
        MessageMaps maps,
        DestinationSelection? destinations,
        Func<MessageSnapshot> snapshot,
        CancellationToken cancellationToken)
    {
        if (unit is null)
        {
            return new Transformed(MessageStatus.Transformed, content, null, []);
        }

        foreach (var (name, value) in TellsFacts && inbound.Facts(content) is { } facts ? facts : NoFacts)
        {
            maps.Connector.Put(name, value);
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
            Snapshot = snapshot,
            ConnectorId = id,
            Template = template,
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
