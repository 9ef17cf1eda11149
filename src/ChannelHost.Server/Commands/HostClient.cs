using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Commands;

/// <summary>Asks a running host by its API.</summary>
internal sealed class HostClient : IDisposable
{
    /// <summary>How long an answer may take, where the work behind it is known to be short.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <summary>For the host at this address.</summary>
    public HostClient(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandFailure(ExitCode.Usage, $"--url: '{url}' is no address of the form http://127.0.0.1:8085");
        }

        // The host is on this machine as a rule: a proxy from the environment would only be in the way.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Gets the body of an answer as text.</summary>
    /// <exception cref="CommandFailure">The host cannot be reached or says no.</exception>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await GetAsync(path, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Gets an answer.</summary>
    /// <exception cref="CommandFailure">The host cannot be reached or says no.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await GetAsync(path, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException("the answer is null");
        }
        catch (JsonException error)
        {
            throw new CommandFailure(ExitCode.HostUnreachable, $"{_http.BaseAddress} answers something that is no answer of ChannelHost: {error.Message}", error);
        }
    }

    /// <summary>Asks for a change.</summary>
    /// <param name="path">Where.</param>
    /// <param name="change">What.</param>
    /// <param name="changeType">How it is written.</param>
    /// <param name="answerType">How the answer is read.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <param name="isLong">True when nobody can say how long it takes: then it is waited for as long as the host lives.</param>
    /// <exception cref="CommandFailure">The host cannot be reached or says no.</exception>
    public async Task<TAnswer> PostAsync<TChange, TAnswer>(
        string path, TChange change, JsonTypeInfo<TChange> changeType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken, bool isLong = false)
    {
        // Not JsonContent: it would be sent in chunks, and a host that refuses early could not tell how much is to come.
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(change, changeType));
        body.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        using var response = await SendAsync(token => _http.PostAsync(new Uri(path, UriKind.Relative), body, token), cancellationToken, isLong: isLong);
        return await ReadAsync(response, answerType, cancellationToken);
    }

    /// <summary>The path of a channel in the API.</summary>
    /// <exception cref="CommandFailure">The name cannot be one.</exception>
    public static string PathOf(string channel)
    {
        var parts = channel.Split('/');
        return parts is [{ Length: > 0 } group, { Length: > 0 } name]
            ? $"/api/channels/{Uri.EscapeDataString(group)}/{Uri.EscapeDataString(name)}"
            : throw new CommandFailure(ExitCode.Usage, $"'{channel}' is no channel: a name looks like clinic/registration");
    }

    private Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(token => _http.GetAsync(new Uri(path, UriKind.Relative), token), cancellationToken);

    /// <summary>Asks whether the host is ready: yes or no are both answers.</summary>
    /// <exception cref="CommandFailure">The host cannot be reached.</exception>
    public async Task<(bool IsReady, ReadyView View)> GetReadyAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            token => _http.GetAsync(new Uri("/health/ready", UriKind.Relative), token), cancellationToken, takes: System.Net.HttpStatusCode.ServiceUnavailable);
        return (response.IsSuccessStatusCode, await ReadAsync(response, ApiJson.Default.ReadyView, cancellationToken));
    }

    private async Task<HttpResponseMessage> SendAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken, System.Net.HttpStatusCode? takes = null, bool isLong = false)
    {
        HttpResponseMessage response;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(isLong ? Timeout.InfiniteTimeSpan : Patience);
        try
        {
            response = await send(limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCode.HostUnreachable, $"the host at {_http.BaseAddress} did not answer within {Patience.TotalSeconds} s", error);
        }
        catch (HttpRequestException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailure(
                ExitCode.HostUnreachable, $"no host answers at {_http.BaseAddress}: {error.Message} Start one with 'run', or give its address with --url.", error);
        }

        if (response.IsSuccessStatusCode || response.StatusCode == takes)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(response, cancellationToken);
        }
    }

    private static async Task<CommandFailure> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ErrorView? view = null;
        try
        {
            view = await response.Content.ReadFromJsonAsync(ApiJson.Default.ErrorView, cancellationToken);
        }
        catch (JsonException)
        {
            // Not our host's kind of answer; the status code below says what there is to say.
        }

        var reference = view?.Reference is { } number ? $" (reference {number} in the host's log)" : "";
        var code = (int)response.StatusCode is >= 400 and < 500 ? ExitCode.Usage : ExitCode.HostUnreachable;
        return new CommandFailure(code, $"{view?.Error ?? $"the host answers {(int)response.StatusCode}"}{reference}");
    }
}
