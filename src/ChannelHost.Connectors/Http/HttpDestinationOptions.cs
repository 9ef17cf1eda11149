using System.Text.RegularExpressions;
using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Http;

/// <summary>How a message is packed.</summary>
internal enum BodyPacking
{
    /// <summary>Not at all. The default.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,
}

/// <summary>The settings of an HTTP destination.</summary>
internal sealed record HttpDestinationOptions
{
    /// <summary>The longest pattern match may take.</summary>
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Where to.</summary>
    [Option("Where to send. Values of ${name} in path and query are percent-encoded; in the host only with allowedHosts.", Required = true, Example = "https://ehr.example.org/api/patients/${mrn}")]
    public Template? Url { get; init; }

    /// <summary>The method; default POST.</summary>
    [Option("The method.", Example = "PUT")]
    public string Method { get; init; } = "POST";

    /// <summary>The content type; null (default): that of the data type.</summary>
    [Option("The content type of the message; without it that of the data type.", Example = "application/fhir+json")]
    public string? ContentType { get; init; }

    /// <summary>Further headers.</summary>
    [Option("Further headers.")]
    public IReadOnlyList<HttpHeaderSetting> Headers { get; init; } = [];

    /// <summary>Our credentials; null (default) for none.</summary>
    [Option("Our credentials. They never follow a redirect to another host.")]
    public HttpClientAuth? Auth { get; init; }

    /// <summary>The header by which the partner can tell a message that comes again; default <c>Idempotency-Key</c>.</summary>
    [Option("The header with a key that stays the same for all attempts of a message. Empty: none.")]
    public string KeyHeader { get; init; } = "Idempotency-Key";

    /// <summary>How the message is packed; default none.</summary>
    [Option("Packs the message: none or gzip.")]
    public BodyPacking Pack { get; init; }

    /// <summary>How long connecting may take; default 10 s.</summary>
    [Option("How long connecting may take, name lookup and TLS included.", Minimum = "100ms", Maximum = "10m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt may take in all; default 1 min.</summary>
    [Option("How long an attempt may take in all, until the answer is read.", Minimum = "100ms", Maximum = "1h")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The largest answer, also unpacked; default 10 MB.</summary>
    [Option("The largest answer, also after unpacking; with a larger one the message does not count as sent.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaximumAnswer { get; init; } = ByteSize.Megabytes(10);

    /// <summary>The statuses that confirm a message; default 2xx.</summary>
    [Option("The statuses that confirm a message.", Example = "[2xx, 409]")]
    public IReadOnlyList<string> Success { get; init; } = ["2xx"];

    /// <summary>The statuses after which a message is tried again; default 408, 425, 429, 5xx. All others are errors.</summary>
    [Option("The statuses after which a message is tried again. What is neither here nor in success is an error.")]
    public IReadOnlyList<string> Retry { get; init; } = ["408", "425", "429", "5xx"];

    /// <summary>What a good answer's text must hold; null (default) for anything.</summary>
    [Option("A regular expression that a good answer's text must match, for partners that answer 200 to everything; otherwise the message is an error.", Example = "\"\\\"status\\\":\\\\s*\\\"ok\\\"\"")]
    public string? Confirms { get; init; }

    /// <summary>The longest pause that a partner may ask for; default 10 min.</summary>
    [Option("The longest pause that a partner may ask for by Retry-After.", Minimum = "0s", Maximum = "1d")]
    public TimeSpan MaximumRetryAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many redirects are followed; default 0.</summary>
    [Option("How many redirects are followed, to the same host or one of allowedHosts. Only 307 and 308 keep a message's method and body; others are errors.", Minimum = "0", Maximum = "10")]
    public int Redirects { get; init; }

    /// <summary>Hosts that a message or a redirect may choose.</summary>
    [Option("The hosts that a message (${name} in the host) or a redirect may choose: HOST, HOST:PORT or *.DOMAIN. Addresses of this machine and its link only when they stand here as such.", Example = "[\"ehr.example.org\", \"*.lab.example.org\"]")]
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The proxy; null (default) for none. What the environment says about proxies does not count.</summary>
    [Option("The proxy's URL; without it none is used, whatever the environment says.", Example = "http://proxy.example.org:3128")]
    public string? Proxy { get; init; }

    /// <summary>The user at the proxy.</summary>
    [Option("The user at the proxy.")]
    public string? ProxyUser { get; init; }

    /// <summary>The password at the proxy.</summary>
    [Option("The password at the proxy.", IsSecret = true, Example = "${secret:proxy}")]
    public string? ProxyPassword { get; init; }

    /// <summary>TLS; null (default): what this machine trusts.</summary>
    [Option("TLS settings for https; without them the authorities that this machine trusts count.")]
    public TlsClientOptions? Tls { get; init; }

    /// <summary>The pattern of <see cref="Confirms"/>. It takes time in proportion to the answer, whatever the pattern.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public Regex? Pattern() => Confirms is null ? null : new Regex(Confirms, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, PatternTime);

    /// <summary>What attributes cannot say.</summary>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Url is { } url && !UrlTemplate.TryCreate(url, AllowedHosts, out _, out var wanted))
        {
            yield return new OptionProblem("url", url.Source, wanted);
        }

        if (Tls is not null && Url?.Source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true)
        {
            yield return new OptionProblem("tls", "settings", "nothing, or a url that begins with https://");
        }

        if (!HeaderName.IsValid(Method))
        {
            yield return new OptionProblem("method", Method, "a method, for example PUT");
        }

        if (KeyHeader.Length > 0 && !HeaderName.IsValid(KeyHeader))
        {
            yield return new OptionProblem("keyHeader", KeyHeader, "the name of a header, or empty for none");
        }

        if (ContentType is not null && !System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(ContentType, out _))
        {
            yield return new OptionProblem("contentType", ContentType, "a content type, for example application/json");
        }

        if (Proxy is not null && !(Uri.TryCreate(Proxy, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" && proxy.UserInfo.Length == 0))
        {
            yield return new OptionProblem("proxy", "a value that is not shown", "http://HOST:PORT, with user and password in proxyUser and proxyPassword");
        }

        if (Proxy is null && (ProxyUser ?? ProxyPassword) is not null)
        {
            yield return new OptionProblem("proxy", "nothing", "the proxy that the user or password is for");
        }

        foreach (var problem in ListProblems().Concat(Auth?.Problems() ?? []).Concat(Tls?.Problems() ?? []))
        {
            yield return problem;
        }
    }

    private IEnumerable<OptionProblem> ListProblems()
    {
        foreach (var (option, list) in new[] { ("success", Success), ("retry", Retry) })
        {
            if (list.FirstOrDefault(entry => !StatusSet.IsEntry(entry)) is { } wrong)
            {
                yield return new OptionProblem(option, wrong, "statuses: 404, 5xx or 500-504");
            }
        }

        if (AllowedHosts.FirstOrDefault(entry => !TargetHosts.IsEntry(entry)) is { } host)
        {
            yield return new OptionProblem("allowedHosts", host, "HOST, HOST:PORT or *.DOMAIN");
        }

        for (var index = 0; index < Headers.Count; index++)
        {
            // A token that a script fetched for each message is a header like others, as long as nothing here says otherwise and it goes nowhere else.
            var isOwnToken = Auth is null && Redirects == 0 && string.Equals(Headers[index].Name, "Authorization", StringComparison.OrdinalIgnoreCase);
            if (!HeaderName.IsValid(Headers[index].Name) || (HttpHeaderSetting.IsOurs(Headers[index].Name) && !isOwnToken))
            {
                yield return new OptionProblem($"headers[{index}].name", Headers[index].Name, "the name of a header that is not set by other settings or the connection itself");
            }
        }

        if (Confirms is not null && PatternProblem() is { } problem)
        {
            yield return new OptionProblem("confirms", Confirms, problem);
        }
    }

    private string? PatternProblem()
    {
        try
        {
            _ = Pattern();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"a regular expression without look-around and back references: {e.Message}";
        }
    }
}
