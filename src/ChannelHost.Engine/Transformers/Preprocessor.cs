namespace ChannelHost.Engine.Transformers;

/// <summary>The scripts that see a message before all others: those of all channels first, then the channel's own, each with what the one before made of it.</summary>
internal sealed class Preprocessor(IReadOnlyList<IScriptUnit> units, IMessageCodec codec)
{
    /// <summary>Runs them. Never throws for what a script does.</summary>
    /// <exception cref="OperationCanceledException">The channel was closed while they ran: the message is as if they never had.</exception>
    public Transformed Run(
        long messageId,
        ReadOnlyMemory<byte> content,
        MessageMaps maps,
        DestinationSelection destinations,
        Func<MessageSnapshot> snapshot,
        CancellationToken cancellationToken)
    {
        List<StateChange>? changes = null;
        foreach (var unit in units)
        {
            var scope = new ScriptScope
            {
                Connector = "source",
                MessageId = messageId,
                Content = content,
                Inbound = codec,
                Outbound = codec,
                Maps = maps,
                Destinations = destinations,
                Snapshot = snapshot,
            };
            var result = unit.Run(scope, cancellationToken);
            if (scope.StateChanges.Count > 0)
            {
                (changes ??= []).AddRange(scope.StateChanges);
            }

            if (result.Outcome == ScriptOutcome.Failed)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return new Transformed(MessageStatus.Error, content, result.Error, changes ?? []);
            }

            content = result.Content;
        }

        return new Transformed(MessageStatus.Transformed, content, null, changes ?? []);
    }
}
