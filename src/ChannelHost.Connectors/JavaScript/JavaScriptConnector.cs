using ChannelHost.Connectors.Polling;

namespace ChannelHost.Connectors.JavaScript;

/// <summary>Scripts that make messages, and scripts that take them.</summary>
internal sealed class JavaScriptConnector : IConnector
{
    public string Type => "javascript";

    public string Summary => "Runs a script: as a source now and then, as a destination for each message";

    public DestinationConcurrency Concurrency(object options) => DestinationConcurrency.Shared;

    public string DefaultDataType => "hl7v2";

    public CaseStandIn StandIn => CaseStandIn.Itself;

    public Type SourceOptions => typeof(JavaScriptSourceOptions);

    public Type DestinationOptions => typeof(JavaScriptDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) => options is JavaScriptSourceOptions source ? SourceProblems(source) : [];

    public ISource CreateSource(object options, ConnectorContext context) => new JavaScriptSource((JavaScriptSourceOptions)options, context);

    public IDestination CreateDestination(object options, ConnectorContext context) => new JavaScriptDestination((JavaScriptDestinationOptions)options, context);

    /// <summary>Prepares a script.</summary>
    /// <exception cref="ConnectorException">It cannot be read; every place is named.</exception>
    public static IScriptUnit Compile(ScriptKind kind, ScriptFile? script, ConnectorContext context)
    {
        if (script is null)
        {
            throw new ConnectorException("There is no script (setting: script).");
        }

        try
        {
            return context.Scripts.Compile([new ScriptStep(kind, script)], context.ScriptEnvironment);
        }
        catch (ScriptCompileException e)
        {
            throw new ConnectorException($"The script cannot be read:\n{e.Message}", e);
        }
    }

    private static IEnumerable<OptionProblem> SourceProblems(JavaScriptSourceOptions source)
    {
        var problems = ScheduleCheck.Problems(source.Interval, source.Schedule, TimeProvider.System);
        return source is { Schedule: not null, AtStart: { } atStart }
            ? problems.Append(new OptionProblem("atStart", atStart ? "true" : "false", "`onStart` in the schedule, which is where this belongs then"))
            : problems;
    }
}
