namespace ChannelHost.Connectors.Smtp;

/// <summary>Mail: a destination that hands messages to an SMTP server.</summary>
internal sealed class SmtpConnector : IConnector
{
    public string Type => "smtp";

    public string Summary => "Mail by an SMTP server, with TLS, credentials and attachments";

    public string DefaultDataType => "raw";

    public Type? SourceOptions => null;

    public Type DestinationOptions => typeof(SmtpDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) => options is SmtpDestinationOptions destination ? destination.Problems() : [];

    public IEnumerable<string> ExclusiveResources(object options) => [];

    public IDestination CreateDestination(object options, ConnectorContext context) => new SmtpDestination((SmtpDestinationOptions)options, context);
}
