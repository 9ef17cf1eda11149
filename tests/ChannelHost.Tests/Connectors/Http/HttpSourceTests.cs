using System.Net;
using System.Text;
using ChannelHost.Connectors.Http;

namespace ChannelHost.Tests.Connectors.Http;

public sealed class HttpSourceContractTests : SourceConnectorContract
{
    private readonly HttpSourceFixture _http;
    private Task<HttpResponseMessage>? _last;

    public HttpSourceContractTests() => _http = new HttpSourceFixture(Bench);

    private protected override ISource Source => _http.Source();

    private protected override Task DeliverAsync(string content)
    {
        _last = _http.IsOpen ? _http.PostAsync(Encoding.Latin1.GetBytes(content)) : Task.FromException<HttpResponseMessage>(new HttpRequestException("nobody listens"));
        return Task.CompletedTask;
    }

    private protected override async Task<bool> WasConfirmedAsync()
    {
        try
        {
            return (await _last!.WaitAsync(TimeSpan.FromSeconds(10), Token)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }
}

public sealed class HttpSourceTests : IAsyncDisposable
{
    private readonly Support.Bench _bench = new();
    private readonly HttpSourceFixture _http;

    public HttpSourceTests() => _http = new HttpSourceFixture(_bench);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestAsXml_HoldsWhatIsToldAboutTheRequestButNoCredentials()
    {
        await _http.StartAsync(_http.Options with { Path = "/{*rest}", Message = HttpMessageForm.RequestXml });
        using var request = _http.Request(HttpMethod.Post, "/in?mode=a%20b", "<x>1 & 2</x>");
        request.Headers.Add("X-Made-Up", "r-1");
        request.Headers.Add("Authorization", "Basic c2VjcmV0OnNlY3JldA==");

        using var response = await _http.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var xml = System.Xml.Linq.XElement.Parse(Assert.Single(_bench.Receiver.Texts));
        Assert.Equal(("HttpRequest", "POST", "mode=a%20b", "/in", "a b"), (xml.Name.LocalName, xml.Element("Method")!.Value, xml.Element("RequestPath")!.Value, xml.Element("RequestContextPath")!.Value, xml.Element("Parameters")!.Element("mode")!.Value));
        Assert.Equal("r-1", xml.Element("Header")!.Element("X-Made-Up")!.Value);
        Assert.Equal(("no", "<x>1 & 2</x>"), (xml.Element("Content")!.Attribute("multipart")!.Value, xml.Element("Content")!.Value));
        Assert.DoesNotContain("c2VjcmV0", xml.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BytesAsRequestXml_AreBase64AndAloneWithoutMetadata()
    {
        await _http.StartAsync(_http.Options with { Message = HttpMessageForm.RequestXml, RequestMetadata = false });

        using var response = await _http.PostAsync([0x89, 0xFF, 0x00]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("<HttpRequest><Content multipart=\"no\" encoding=\"Base64\">if8A</Content></HttpRequest>", Assert.Single(_bench.Receiver.Texts));
    }

    [Fact]
    public async Task Request_GivesScriptsItsPathQueryAndHeadersButNoCredentials()
    {
        await _http.StartAsync(_http.Options with { Path = "/intake/{clinic}", Methods = ["POST", "PUT"] });
        using var request = _http.Request(HttpMethod.Put, "/intake/north%20side?mode=update&tag=a&tag=b", "{}");
        request.Headers.Add("X-Request-Id", "r-1");
        request.Headers.Add("Authorization", "Basic c2VjcmV0OnNlY3JldA==");
        request.Headers.Add("Cookie", "session=secret");

        using var response = await _http.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var map = _bench.Receiver.Messages[0].SourceMap;
        Assert.Equal("north side", map["path.clinic"]);
        Assert.Equal("PUT", map["method"]);
        Assert.Equal("update", map["query.mode"]);
        Assert.Equal("a,b", map["query.tag"]);
        Assert.Equal("r-1", map["header.x-request-id"]);
        Assert.Equal("127.0.0.1", map["remoteAddress"]);
        Assert.StartsWith("application/json", (string)map["header.content-type"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(map.Values, value => value is string text && (text.Contains("secret", StringComparison.Ordinal) || text.Contains("c2Vj", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ChannelAnswersNothing_SmallObjectSaysWhatBecameOfIt()
    {
        _bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(new SourceResponse(id, true, MessageStatus.Queued, null, null));
        await _http.StartAsync();

        using var response = await _http.PostAsync("{}"u8.ToArray());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("""{"messageId":1,"status":"queued"}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData(MessageStatus.Filtered, FailureStage.None, 200)]
    [InlineData(MessageStatus.Received, FailureStage.None, 200)]
    [InlineData(MessageStatus.Error, FailureStage.Format, 400)]
    [InlineData(MessageStatus.Error, FailureStage.Source, 422)]
    [InlineData(MessageStatus.Error, FailureStage.Destination, 502)]
    [InlineData(MessageStatus.Error, FailureStage.None, 500)]
    public async Task Outcome_DecidesTheStatus(MessageStatus outcome, FailureStage failedAt, int status)
    {
        _bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(new SourceResponse(id, true, outcome, null, null) { FailedAt = failedAt });
        await _http.StartAsync();

        using var response = await _http.PostAsync("{}"u8.ToArray());

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task StoreCannotKeepIt_503WithRetryAfter()
    {
        _bench.Receiver.Answer = (_, _, _) => ValueTask.FromResult(Testing.Network.CollectingReceiver.NotStored());
        await _http.StartAsync();

        using var response = await _http.PostAsync("{}"u8.ToArray());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task ScriptsWords_SetStatusHeadersAndBody()
    {
        _bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(Testing.Network.CollectingReceiver.Stored(id) with
        {
            Variables = new Dictionary<string, object?> { ["http.status"] = 201.0, ["http.header.Location"] = "/patients/7", ["http.body"] = "made" },
        });
        await _http.StartAsync();

        using var response = await _http.PostAsync("{}"u8.ToArray());

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/patients/7", response.Headers.Location?.ToString());
        Assert.Equal("made", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("http.status", "banana")]
    [InlineData("http.status", 99.0)]
    [InlineData("http.header.X-A", "one\r\nSet-Cookie: two")]
    [InlineData("http.header.Content-Length", "3")]
    [InlineData("http.header.a b", "c")]
    [InlineData("http.sttaus", 201.0)]
    public async Task ScriptsWordsThatHttpCannotCarry_AreLeftOutAndLogged(string name, object value)
    {
        _bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(Testing.Network.CollectingReceiver.Stored(id) with { Variables = new Dictionary<string, object?> { [name] = value } });
        await _http.StartAsync();

        using var response = await _http.PostAsync("{}"u8.ToArray());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ACK 1", await response.Content.ReadAsStringAsync(Token));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Contains("cannot carry", _bench.Log.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherMethod_405WithAllow()
    {
        await _http.StartAsync(_http.Options with { Methods = ["POST", "PUT"] });

        using var response = await _http.Client.GetAsync(_http.Url("/"), Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST", "PUT"], response.Content.Headers.Allow);
        Assert.Empty(_bench.Receiver.Messages);
    }

    [Fact]
    public async Task OtherPath_404()
    {
        await _http.StartAsync(_http.Options with { Path = "/intake" });

        using var response = await _http.Client.PostAsync(_http.Url("/elsewhere"), new StringContent("x"), Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(_bench.Receiver.Messages);
    }

    [Fact]
    public async Task OtherContentType_415()
    {
        await _http.StartAsync(_http.Options with { ContentTypes = ["application/json"] });

        using var wrong = await _http.Client.PostAsync(_http.Url("/"), new StringContent("x"), Token);
        using var right = await _http.Client.PostAsync(_http.Url("/"), new StringContent("{}", Encoding.UTF8, "application/json"), Token);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task EmptyBody_400AndNothingTaken()
    {
        await _http.StartAsync();

        using var response = await _http.PostAsync([]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_bench.Receiver.Messages);
        Assert.Single(_bench.Receiver.Refused);
    }

    [Fact]
    public async Task KeyHeader_GoesToTheChannelWithAFingerprintOfTheRequest()
    {
        await _http.StartAsync();

        foreach (var (key, body) in new[] { ("k-1", "{}"), ("\"k-1\"", "{}"), ("k-1", "{ }") })
        {
            using var request = _http.Request(HttpMethod.Post, "/", body);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            using var response = await _http.Client.SendAsync(request, Token);
        }

        var keys = _bench.Receiver.Messages.Select(message => message.AnswerKey!).ToList();
        Assert.All(keys, key => Assert.Equal("k-1", key.Key));
        Assert.Equal(keys[0].Fingerprint, keys[1].Fingerprint);
        Assert.NotEqual(keys[0].Fingerprint, keys[2].Fingerprint);
    }

    [Fact]
    public async Task KeyRequiredAndMissing_400()
    {
        await _http.StartAsync(_http.Options with { RequireKey = true });

        using var response = await _http.PostAsync("{}"u8.ToArray());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_bench.Receiver.Messages);
    }

    [Theory]
    [InlineData(KeyUse.Mismatch, HttpStatusCode.UnprocessableEntity)]
    [InlineData(KeyUse.Repeated, HttpStatusCode.OK)]
    public async Task KnownKey_SaysSo(KeyUse use, HttpStatusCode status)
    {
        _bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(use == KeyUse.Mismatch
            ? new SourceResponse(0, false, MessageStatus.Error, null, "used") { KeyUse = use }
            : Testing.Network.CollectingReceiver.Stored(id) with { KeyUse = use });
        await _http.StartAsync();

        using var response = await _http.PostAsync("{}"u8.ToArray());

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(use == KeyUse.Repeated, response.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task TwoChannelsOneAddress_EachGetsItsPathAndTheFirstMayLeave()
    {
        var port = HttpSourceFixture.FreePort();
        var other = new Support.Bench();
        var options = _http.Options with { Listen = $"127.0.0.1:{port}", Path = "/intake/{clinic}" };
        var first = await _http.StartAsync(options);
        var second = _http.Source(options with { Path = "/intake/special" }, other.Context);
        await second.StartAsync(other.Receiver, Token);

        using var one = await _http.Client.PostAsync(_http.Url("/intake/north"), new StringContent("1"), Token);
        using var two = await _http.Client.PostAsync(_http.Url("/intake/special"), new StringContent("2"), Token);
        await first.StopAsync(Token);
        using var gone = await _http.Client.PostAsync(_http.Url("/intake/north"), new StringContent("3"), Token);
        using var still = await _http.Client.PostAsync(_http.Url("/intake/special"), new StringContent("4"), Token);

        Assert.Equal(["1"], _bench.Receiver.Texts);
        Assert.Equal(["2", "4"], other.Receiver.Texts);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, gone.StatusCode);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
        await second.DisposeAsync();
        other.Dispose();
    }

    [Theory]
    [InlineData("/intake/{other}", 256, "the channel clinic/test takes it")]
    [InlineData("/second", 99, "`connections` differs")]
    public async Task SharingThatCannotBe_IsRefusedInWords(string path, int connections, string reason)
    {
        var options = _http.Options with { Listen = $"127.0.0.1:{HttpSourceFixture.FreePort()}", Path = "/intake/{clinic}" };
        await _http.StartAsync(options);
        await using var second = _http.Source(options with { Path = path, Connections = connections });

        var refusal = await Assert.ThrowsAsync<ConnectorException>(() => second.StartAsync(_bench.Receiver, Token));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangedPath_TakesOverWithoutClosingTheConnection()
    {
        var source = await _http.StartAsync(_http.Options with { Path = "/old" });
        using var before = await _http.Client.PostAsync(_http.Url("/old"), new StringContent("1"), Token);

        var isChanged = await source.TryChangeOptionsAsync(_http.Options with { Path = "/new", Methods = ["PUT"] }, Token);
        using var old = await _http.Client.PostAsync(_http.Url("/old"), new StringContent("2"), Token);
        using var next = await _http.Client.PutAsync(_http.Url("/new"), new StringContent("3"), Token);

        Assert.True(isChanged);
        Assert.Equal(HttpStatusCode.NotFound, old.StatusCode);
        Assert.Equal(["1", "3"], _bench.Receiver.Texts);
        Assert.Equal(1, _http.ConnectionsMade);
    }

    [Fact]
    public async Task ChangedListen_AsksForANewStart()
    {
        var source = await _http.StartAsync();

        Assert.False(await source.TryChangeOptionsAsync(_http.Options with { Listen = "127.0.0.1:1" }, Token));
        Assert.False(await source.TryChangeOptionsAsync(_http.Options with { MaximumHeaders = new ByteSize(4096) }, Token));
    }

    [Fact]
    public async Task PortTaken_SaysSo()
    {
        await _http.StartAsync();
        await using var second = _http.Source(_http.Options with { Listen = $"127.0.0.1:{_http.Port}" });

        var refusal = await Assert.ThrowsAsync<ConnectorException>(() => second.StartAsync(_bench.Receiver, Token));

        Assert.Contains("the port is taken", refusal.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        _bench.Dispose();
    }
}
