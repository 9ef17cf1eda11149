using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Responses;

/// <summary>Runs the scripts that follow when the destinations are through: the channel's own, then that of all channels.</summary>
/// <param name="own">The channel's; null for none.</param>
/// <param name="global">That of all channels; null for none.</param>
/// <param name="codec">How messages leave the source.</param>
internal sealed class Postprocessor(IScriptUnit? own, IScriptUnit? global, IMessageCodec codec)
{
    /// <summary>Runs them.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="encoded">The message after the source.</param>
    /// <param name="maps">The maps of all connectors, merged.</param>
    /// <param name="snapshot">The message as scripts may look at it.</param>
    /// <param name="cancellationToken">Cuts them off.</param>
    public Postprocessed Run(long messageId, ReadOnlyMemory<byte> encoded, MessageMaps maps, Func<MessageSnapshot> snapshot, CancellationToken cancellationToken)
    {
        var first = own is null ? default : Run(own, messageId, encoded, maps, snapshot, new Dictionary<string, object?>(), cancellationToken);
        if (global is null || first.Error is not null)
        {
            return first;
        }

        var variables = new Dictionary<string, object?> { ["response"] = first.Response is { } response ? ResponseValue.Of(response, codec) : first.Text };
        var last = Run(global, messageId, encoded, maps, snapshot, variables, cancellationToken);
        return last with
        {
            StateChanges = [.. first.StateChanges ?? [], .. last.StateChanges ?? []],

            // What the channel said stands unless the other says something, or fails.
            Text = last.Error is null && last is { Text: null, Response: null } ? first.Text : last.Text,
            Response = last.Error is null && last is { Text: null, Response: null } ? first.Response : last.Response,
        };
    }

    private Postprocessed Run(
        IScriptUnit unit,
        long messageId,
        ReadOnlyMemory<byte> encoded,
        MessageMaps maps,
        Func<MessageSnapshot> snapshot,
        Dictionary<string, object?> variables,
        CancellationToken cancellationToken)
    {
        var scope = new ScriptScope
        {
            Connector = "source",
            MessageId = messageId,
            Content = encoded,
            Inbound = codec,
            Outbound = codec,
            Maps = maps,
            Snapshot = snapshot,
            Variables = variables,
        };
        var result = unit.Run(scope, cancellationToken);
        return new Postprocessed(ResponseValue.Text(result.Value), result.Response, result.Error, scope.StateChanges);
    }
}

/// <summary>What the postprocessors left.</summary>
/// <param name="Text">What they returned, as text; null for nothing.</param>
/// <param name="Response">The response they returned; null for none.</param>
/// <param name="Error">Why one failed.</param>
/// <param name="StateChanges">What they changed in <c>globalChannelMap</c>; null for nothing.</param>
internal readonly record struct Postprocessed(string? Text, Response? Response, ScriptError? Error, IReadOnlyList<StateChange>? StateChanges);
