using ChannelHost.Connectors.JavaScript;

namespace ChannelHost.Connectors.Database;

/// <summary>A script of a source that reads rows or marks them.</summary>
internal sealed class SourceScript(ScriptFile file, ConnectorContext context, UnrecordedChanges unrecorded)
{
    private static readonly Dictionary<string, object?> NoVariables = [];

    private readonly IScriptUnit _unit = JavaScriptConnector.Compile(ScriptKind.Reader, file, context);

    /// <summary>Runs it; gives what it returned.</summary>
    /// <exception cref="FormatException">It failed; the message names the place and quotes nothing.</exception>
    public object? Run(IReadOnlyDictionary<string, object?>? variables, CancellationToken cancellationToken)
    {
        var scope = new ScriptScope
        {
            Connector = context.Name,
            MessageId = 0,
            Content = default,
            Inbound = context.Codec,
            Outbound = context.Codec,
            Maps = new MessageMaps(),
            Variables = variables ?? NoVariables,
        };
        var result = _unit.Run(scope, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        unrecorded.Add(scope.StateChanges);
        return result.Outcome == ScriptOutcome.Failed
            ? throw new FormatException($"the script failed: {result.Error?.Place ?? "no reason given"}")
            : result.Value;
    }
}
