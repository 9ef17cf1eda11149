namespace ChannelHost.Engine.Cases;

/// <summary>A connector whose destinations send nothing: what they are handed is kept, and the case or a healthy partner answers.</summary>
/// <param name="connector">The connector whose place it takes.</param>
/// <param name="answers">Answers of the case, by destination.</param>
/// <param name="configuration">The values of this environment.</param>
/// <param name="deliveries">Where what was handed over is kept.</param>
internal sealed class CaseConnector(
    IConnector connector,
    IReadOnlyDictionary<string, CaseAnswer> answers,
    IReadOnlyDictionary<string, string> configuration,
    CaseDeliveries deliveries) : IConnector
{
    public string Type => connector.Type;

    public string Summary => connector.Summary;

    public string DefaultDataType => connector.DefaultDataType;

    public Type? SourceOptions => connector.SourceOptions;

    public Type? DestinationOptions => connector.DestinationOptions;

    public CaseStandIn StandIn => connector.StandIn;

    public IDestination CreateDestination(object options, ConnectorContext context)
    {
        var answer = answers.GetValueOrDefault(context.Name);
        var real = answer is null && connector.StandIn == CaseStandIn.Itself ? connector.CreateDestination(options, context) : null;
        return new CaseDestination(context, options, connector.StandIn, answer, real, configuration, deliveries);
    }
}
