namespace ChannelHost.Engine.Deployment;

/// <summary>The scripts that run when a version comes and when it goes.</summary>
/// <param name="Deploy">When it comes; null for none.</param>
/// <param name="Undeploy">When it goes; null for none.</param>
/// <param name="Codec">The source's data type: a script must have one, though there is no message.</param>
internal sealed record LifeScripts(IScriptUnit? Deploy, IScriptUnit? Undeploy, IMessageCodec Codec)
{
    /// <summary>Runs one of them, where there is one.</summary>
    /// <returns>Why it failed, null when it did not; and what it changed in <c>globalChannelMap</c>.</returns>
    public (ScriptError? Error, IReadOnlyList<StateChange> StateChanges) Run(IScriptUnit? unit, CancellationToken cancellationToken)
    {
        if (unit is null)
        {
            return (null, []);
        }

        var scope = new ScriptScope
        {
            Connector = "source",
            MessageId = 0,
            Content = default,
            Inbound = Codec,
            Outbound = Codec,
            Maps = new MessageMaps(),
            ConnectorId = -1,
        };
        var result = unit.Run(scope, cancellationToken);
        return (result.Error, scope.StateChanges);
    }
}
