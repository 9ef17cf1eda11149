using System.Net;
using System.Net.Http.Headers;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.Net;

/// <summary>What a request got back.</summary>
internal sealed record HttpAnswer(int Status, string Reason, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>The first header of a name; null for none.</summary>
    public string? Header(string name) =>
        Headers.Where(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault();
}

/// <summary>A request as scripts put it together.</summary>
internal sealed class HttpCall(string method, Uri address)
{
    /// <summary>The method.</summary>
    public string Method { get; set; } = method;

    /// <summary>Where it goes.</summary>
    public Uri Address { get; set; } = address;

    /// <summary>Its headers.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>What is sent; null for nothing.</summary>
    public byte[]? Body { get; set; }

    /// <summary>How long it may take; null for as long as the run may.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>True when redirections are followed.</summary>
    public bool FollowsRedirects { get; set; } = true;

    /// <summary>Sets a header, in the place of those of its name.</summary>
    public void SetHeader(string name, string value)
    {
        Headers.RemoveAll(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase));
        Headers.Add((name, value));
    }
}

/// <summary>Requests of one run's scripts: only to hosts that the channel declares, also when an answer sends them on; never longer than the run may last.</summary>
internal sealed class HttpGate : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly ScriptRun _run;
    private readonly HttpClient _client;

    public HttpGate(ScriptRun run)
    {
        _run = run;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        run.EndWith(Dispose);
    }

    /// <summary>Refuses a host that is not declared.</summary>
    public static void Check(ScriptRun run, Uri address)
    {
        if (address.Scheme is not ("http" or "https"))
        {
            throw run.Java.Throw("java.net.MalformedURLException", $"Only http and https addresses can be opened, not '{address.Scheme}'.");
        }

        CheckHost(run, address.Host, address.Port);
    }

    /// <summary>Refuses a host that is not declared.</summary>
    public static void CheckHost(ScriptRun run, string name, int port)
    {
        foreach (var host in run.Environment.Access.Hosts)
        {
            if (Matches(host, name, port))
            {
                return;
            }
        }

        throw run.Java.Throw(
            "java.lang.SecurityException",
            $"Scripts of this channel may not connect to '{name}:{port}': declare access: {{ hosts: ['{name}:{port}'] }} in channel.yaml.");
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    public HttpAnswer Send(HttpCall call)
    {
        var isElsewhere = false;
        for (var (address, hops) = (call.Address, 0); ; hops++)
        {
            Check(_run, address);
            var answer = SendOnce(call, address, isElsewhere);
            if (!call.FollowsRedirects || answer.Status is not (301 or 302 or 303 or 307 or 308) || answer.Header("Location") is not { } location)
            {
                return answer;
            }

            if (hops == MaxRedirects || !Uri.TryCreate(address, location, out var next))
            {
                throw _run.Java.Throw("java.io.IOException", $"'{address.Host}' sends requests on without end.");
            }

            // What was asked for in secret is not asked for in the open; the script gets the answer as it is, as in Java.
            if (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
            {
                return answer;
            }

            // As clients do: what is sent on by 301, 302 or 303 becomes a GET; a body goes only where 307 and 308 send it.
            if (answer.Status is 301 or 302 or 303 && call.Method != "HEAD")
            {
                call.Method = "GET";
                call.Body = null;
            }

            isElsewhere |= !IsSamePlace(call.Address, next);
            address = next;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static bool Matches(string declared, string host, int port)
    {
        var colon = declared.LastIndexOf(':');
        var hasPort = colon > 0 && int.TryParse(declared.AsSpan(colon + 1), out _);
        var name = hasPort ? declared[..colon] : declared;
        if (hasPort && declared[(colon + 1)..] != port.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            return false;
        }

        return name.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase)
            : string.Equals(name, host, StringComparison.OrdinalIgnoreCase);
    }

    private HttpAnswer SendOnce(HttpCall call, Uri address, bool isElsewhere)
    {
        _run.Limits.Check();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_run.Limits.CancellationToken);
        end.CancelAfter(call.Timeout is { } timeout && timeout < _run.Limits.TimeLeft ? timeout : _run.Limits.TimeLeft);
        try
        {
            using var request = Request(call, address, isElsewhere);
            using var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            return new HttpAnswer((int)response.StatusCode, response.ReasonPhrase ?? "", Headers(response), Body(response, end.Token));
        }
        catch (OperationCanceledException)
        {
            _run.Limits.Check();
            throw call.Timeout is null
                ? _run.Limits.OutOfTime($"'{address.Host}' did not answer within the script's time.")
                : _run.Java.Throw("java.net.SocketTimeoutException", $"'{address.Host}' did not answer within {(long)call.Timeout.Value.TotalMilliseconds} ms.");
        }
        catch (HttpRequestException exception)
        {
            throw _run.Java.Throw(
                exception.HttpRequestError == HttpRequestError.NameResolutionError ? "java.net.UnknownHostException" : "java.net.ConnectException",
                $"'{address.Host}:{address.Port}': {exception.Message}");
        }
    }

    // They say where a request goes and where it ends: with them a script would ask another host than the one that was checked, or hide a second request in
    // the first. As in Java they are the client's own, and what scripts set is not taken.
    private static bool IsFraming(string header) => header.ToUpperInvariant() is "HOST" or "TRANSFER-ENCODING" or "CONTENT-LENGTH" or "CONNECTION";

    private static bool IsAboutContent(string header) =>
        header.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || header.StartsWith("Accept", StringComparison.OrdinalIgnoreCase);

    private static bool IsSamePlace(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);

    private static HttpRequestMessage Request(HttpCall call, Uri address, bool isElsewhere)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), address);
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in call.Headers)
        {
            // Who is asked in a host's stead does not get what was meant for that host: keys and sessions go by many names.
            if (IsFraming(name) || (isElsewhere && !IsAboutContent(name)))
            {
                continue;
            }

            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private byte[] Body(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var stream = response.Content.ReadAsStream(cancellationToken);
        using var abort = cancellationToken.Register(stream.Dispose);
        var result = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
            {
                _run.Limits.Check();
                _run.Limits.CheckLength((double)result.Length + count);
                result.Write(buffer, 0, count);
            }
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is IOException or ObjectDisposedException)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return result.ToArray();
    }

    private static List<(string, string)> Headers(HttpResponseMessage response)
    {
        var headers = new List<(string, string)>();
        foreach (HttpHeaders source in new HttpHeaders[] { response.Headers, response.Content.Headers })
        {
            foreach (var (name, values) in source)
            {
                headers.AddRange(values.Select(value => (name, value)));
            }
        }

        return headers;
    }
}
