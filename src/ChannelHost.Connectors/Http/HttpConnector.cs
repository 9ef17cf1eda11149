using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Http;

/// <summary>HTTP/1.1: taking requests, and sending them. One of these belongs to one host: the sources that it makes share listeners.</summary>
internal sealed class HttpConnector : IConnector
{
    private readonly SharedListeners _listeners = new();

    public string Type => "http";

    public string Summary => "Messages in HTTP requests, with TLS, credentials and limits; taken in by a path, sent to a URL";

    public string DefaultDataType => "json";

    public Type SourceOptions => typeof(HttpSourceOptions);

    public Type DestinationOptions => typeof(HttpDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) => options switch
    {
        HttpSourceOptions source => SourceProblems(source),
        HttpDestinationOptions destination => destination.Problems(),
        _ => [],
    };

    public IEnumerable<string> ExclusiveResources(object options) =>
        options is HttpSourceOptions source
        && HostPort.TryParse(source.Listen, out var listen)
        && listen.Port > 0
        && RoutePath.TryParse(source.Path, out var path)
            ? source.Methods.Select(method => $"http:{listen} {method} {path.Shape}")
            : [];

    public ISource CreateSource(object options, ConnectorContext context) => new HttpSource((HttpSourceOptions)options, _listeners, context);

    public IDestination CreateDestination(object options, ConnectorContext context) => new HttpDestination((HttpDestinationOptions)options, context);

    private static IEnumerable<OptionProblem> SourceProblems(HttpSourceOptions options)
    {
        if (!HostPort.TryParse(options.Listen, out _))
        {
            yield return new OptionProblem("listen", options.Listen.Length == 0 ? "nothing" : options.Listen, HostPort.Wanted);
        }

        if (!RoutePath.TryParse(options.Path, out _))
        {
            yield return new OptionProblem("path", options.Path, RoutePath.Wanted);
        }

        if (options.Methods.Count == 0 || options.Methods.Any(method => !HeaderName.IsValid(method) || method.Any(char.IsLower)))
        {
            yield return new OptionProblem("methods", string.Join(", ", options.Methods), "methods in capitals, for example [POST, PUT]");
        }

        if (options.KeyHeader.Length > 0 && !HeaderName.IsValid(options.KeyHeader))
        {
            yield return new OptionProblem("keyHeader", options.KeyHeader, "the name of a header, or empty for none");
        }

        if (options is { RequireKey: true, KeyHeader.Length: 0 })
        {
            yield return new OptionProblem("requireKey", "true", "a keyHeader that requests carry the key in");
        }

        if (options.AnswerType is { } type && !HeaderName.IsValue(type))
        {
            yield return new OptionProblem("answerType", type, "a content type");
        }

        for (var index = 0; index < options.AnswerHeaders.Count; index++)
        {
            if (!ChannelAnswer.MaySet(options.AnswerHeaders[index].Name))
            {
                yield return new OptionProblem($"answerHeaders[{index}].name", options.AnswerHeaders[index].Name, "the name of a header that does not belong to the connection");
            }
        }

        if (options.AnswerHeadersFrom is { } variable && string.IsNullOrWhiteSpace(variable))
        {
            yield return new OptionProblem("answerHeadersFrom", "nothing", "the name of a variable");
        }

        foreach (var problem in (options.Auth?.Problems() ?? []).Concat(options.Tls?.Problems() ?? []))
        {
            yield return problem;
        }
    }
}
