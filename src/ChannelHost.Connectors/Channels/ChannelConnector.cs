namespace ChannelHost.Connectors.Channels;

/// <summary>From one channel of this host to another.</summary>
internal sealed class ChannelConnector : IConnector
{
    public string Type => "channel";

    public string Summary => "Messages from channel to channel on this host";

    public CaseStandIn StandIn => CaseStandIn.Itself;

    public DestinationConcurrency Concurrency(object options) => DestinationConcurrency.Shared;

    public string DefaultDataType => "hl7v2";

    public Type SourceOptions => typeof(ChannelSourceOptions);

    public Type DestinationOptions => typeof(ChannelDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) =>
        options is ChannelDestinationOptions destination && string.IsNullOrWhiteSpace(destination.Channel)
            ? [new OptionProblem("channel", "nothing", "the name of a channel, for example clinic/archive")]
            : [];

    public ISource CreateSource(object options, ConnectorContext context) => new ChannelSource();

    public IDestination CreateDestination(object options, ConnectorContext context) => new ChannelDestination((ChannelDestinationOptions)options, context);
}
