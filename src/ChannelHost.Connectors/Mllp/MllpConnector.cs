using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Mllp;

/// <summary>MLLP: how HL7 v2 travels over TCP.</summary>
internal sealed class MllpConnector : IConnector
{
    public string Type => "mllp";

    public string Summary => "Messages over TCP in MLLP frames, as HL7 v2 systems speak it; with TLS when set";

    public string DefaultDataType => "hl7v2";

    public Type SourceOptions => typeof(MllpSourceOptions);

    public Type DestinationOptions => typeof(MllpDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) => options switch
    {
        MllpSourceOptions source => AddressProblems("listen", source.Listen, mayChoose: true).Concat(source.Tls?.Problems() ?? []),
        MllpDestinationOptions destination => AddressProblems("connect", destination.Connect, mayChoose: false).Concat(destination.Tls?.Problems() ?? []),
        _ => [],
    };

    public IEnumerable<string> ExclusiveResources(object options) =>
        options is MllpSourceOptions source && HostPort.TryParse(source.Listen, out var listen) && listen.Port > 0 ? [$"tcp:{listen}"] : [];

    public ISource CreateSource(object options, ConnectorContext context) => new MllpSource((MllpSourceOptions)options, context);

    public IDestination CreateDestination(object options, ConnectorContext context) => new MllpDestination((MllpDestinationOptions)options, context);

    private static IEnumerable<OptionProblem> AddressProblems(string option, string text, bool mayChoose)
    {
        if (!HostPort.TryParse(text, out var address))
        {
            yield return new OptionProblem(option, text.Length == 0 ? "nothing" : text, HostPort.Wanted);
        }
        else if (!mayChoose && (address.Port == 0 || address.Host == "*"))
        {
            yield return new OptionProblem(option, text, "the partner's own host and port");
        }
    }
}
