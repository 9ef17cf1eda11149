using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChannelHost.Connectors.Http;
using ChannelHost.Connectors.Tls;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Connectors.Http;

public sealed class HttpDestinationContractTests : DestinationConnectorContract
{
    private readonly int _port = HttpSourceFixture.FreePort();
    private readonly HttpDestination _destination;
    private HttpPeer? _peer;

    public HttpDestinationContractTests() => _destination = new HttpDestination(new HttpDestinationOptions { Url = Template.Parse($"http://127.0.0.1:{_port}/in") }, Bench.Context);

    private protected override IDestination Destination => _destination;

    private protected override IReadOnlyList<byte[]> Arrived => [.. _peer!.Requests.Select(request => request.Body)];

    private protected override Task PartnerUpAsync()
    {
        _peer = new HttpPeer(_ => HttpPeer.Ok(), _port);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_peer is not null)
        {
            await _peer.DisposeAsync();
        }
    }
}

public sealed class HttpDestinationTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly Bench _bench;
    private readonly HttpPeer _peer;
    private readonly List<IAsyncDisposable> _open = [];

    public HttpDestinationTests()
    {
        _bench = new Bench(_time);
        _peer = new HttpPeer(_ => HttpPeer.Ok());
        Options = new HttpDestinationOptions { Url = Template.Parse(Url("/in")) };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpDestinationOptions Options { get; }

    private string Url(string path) => $"http://127.0.0.1:{_peer.Port}{path}";

    [Fact]
    public async Task Request_CarriesMethodHeadersCredentialsAndAKeyThatStaysTheSame()
    {
        var destination = await StartAsync(Options with
        {
            Url = Template.Parse(Url("/patients/${mrn}?clinic=${clinic}")),
            Method = "PUT",
            ContentType = "application/fhir+json",
            Headers = [new HttpHeaderSetting { Name = "X-Clinic", Value = Template.Parse("c-${clinic}") }],
            Auth = new HttpClientAuth { User = "lab", Password = "s3cret" },
        });
        var variables = new Dictionary<string, string> { ["mrn"] = "a/b ?#%&=é", ["clinic"] = "north" };

        await destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), 7, variables: variables), Token);
        await destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), 7, variables: variables, isReattempt: true), Token);
        await destination.SendAsync(Bench.Outgoing("two"u8.ToArray(), 8, variables: variables), Token);

        var (first, again, other) = (_peer.Requests[0], _peer.Requests[1], _peer.Requests[2]);
        Assert.Equal("PUT", first.Method);
        Assert.Equal("/patients/a%2Fb%20%3F%23%25%26%3D%C3%A9?clinic=north", first.Target);
        Assert.Equal("application/fhir+json", first.Headers["Content-Type"]);
        Assert.Equal("c-north", first.Headers["X-Clinic"]);
        Assert.Equal("Basic " + Convert.ToBase64String("lab:s3cret"u8), first.Headers["Authorization"]);
        Assert.StartsWith("clinic/test/7/next/", first.Headers["Idempotency-Key"], StringComparison.Ordinal);
        Assert.Equal(first.Headers["Idempotency-Key"], again.Headers["Idempotency-Key"]);
        Assert.NotEqual(first.Headers["Idempotency-Key"], other.Headers["Idempotency-Key"]);
        Assert.False(first.Headers.ContainsKey("X-Reattempt"));
        Assert.Equal("true", again.Headers["X-Reattempt"]);
        Assert.Equal(1, _peer.Accepted);
    }

    [Theory]
    [InlineData("POST", 200, "Content-Length: 0\r\nContent-Encoding: gzip")]
    [InlineData("POST", 201, "Content-Length: 0\r\nContent-Encoding: br")]
    [InlineData("POST", 202, "Content-Length: 0\r\nContent-Encoding: deflate")]
    [InlineData("DELETE", 204, "Content-Encoding: gzip")]
    [InlineData("HEAD", 200, "Content-Length: 1000000000\r\nContent-Encoding: gzip")]
    [InlineData("HEAD", 200, "Content-Encoding: compress")]
    public async Task AnswerWithoutABody_IsSentWhateverItsHeadersSayOfOne(string method, int status, string headers)
    {
        _peer.Answer = _ => new NetworkAnswer(Encoding.Latin1.GetBytes($"HTTP/1.1 {status} OK\r\n{headers}\r\n\r\n"), KeepOpen: true);
        var destination = await StartAsync(Options with { Method = method });

        var response = await destination.SendAsync(Bench.Outgoing("hello"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal(0, response.Content.Length);
    }

    [Fact]
    public async Task PackGzip_ArrivesPacked()
    {
        var destination = await StartAsync(Options with { Pack = BodyPacking.Gzip });

        await destination.SendAsync(Bench.Outgoing("hello"u8.ToArray()), Token);

        var request = Assert.Single(_peer.Requests);
        Assert.Equal("gzip", request.Headers["Content-Encoding"]);
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(request.Body), CompressionMode.Decompress));
        Assert.Equal("hello", await unpacked.ReadToEndAsync(Token));
    }

    [Theory]
    [InlineData(200, MessageStatus.Sent, false)]
    [InlineData(201, MessageStatus.Sent, false)]
    [InlineData(204, MessageStatus.Sent, false)]
    [InlineData(302, MessageStatus.Error, false)]
    [InlineData(400, MessageStatus.Error, false)]
    [InlineData(401, MessageStatus.Error, false)]
    [InlineData(404, MessageStatus.Error, false)]
    [InlineData(408, MessageStatus.Queued, false)]
    [InlineData(409, MessageStatus.Error, false)]
    [InlineData(425, MessageStatus.Queued, false)]
    [InlineData(429, MessageStatus.Queued, false)]
    [InlineData(500, MessageStatus.Queued, true)]
    [InlineData(502, MessageStatus.Queued, true)]
    [InlineData(503, MessageStatus.Queued, false)]
    [InlineData(504, MessageStatus.Queued, true)]
    public async Task Status_DecidesTheOutcome(int status, MessageStatus outcome, bool isUncertain)
    {
        _peer.Answer = _ => HttpPeer.Status(status, "Some Reason", status == 204 ? "" : "why");
        var destination = await StartAsync();

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(outcome, response.Status);
        Assert.Equal(isUncertain, response.IsUncertain);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), response.StatusMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(409, MessageStatus.Sent)]
    [InlineData(404, MessageStatus.Queued)]
    [InlineData(503, MessageStatus.Error)]
    [InlineData(200, MessageStatus.Error)]
    public async Task StatusLists_CanBeSet(int status, MessageStatus outcome)
    {
        _peer.Answer = _ => HttpPeer.Status(status, "Reason");
        var destination = await StartAsync(Options with { Success = ["201-299", "409"], Retry = ["404"] });

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(outcome, response.Status);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Sun, 22 Nov 2026 12:03:00 GMT", 180)]
    [InlineData("99999999999999999999999", 600)]
    [InlineData("Sun, 22 Nov 2099 12:03:00 GMT", 600)]
    [InlineData("Sun, 22 Nov 2020 12:03:00 GMT", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    [Trait("Row", "F53")]
    public async Task RetryAfter_IsReadAndCapped(string? header, int? seconds)
    {
        _peer.Answer = _ => HttpPeer.Status(429, "Too Many Requests", "", header is null ? [] : [$"Retry-After: {header}"]);
        var destination = await StartAsync();

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Equal(seconds, response.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Len")]
    [InlineData("")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\nabc")]
    [Trait("Row", "F57")]
    public async Task AnswerThatIsNoWholeAnswer_IsUncertainAndNotSent(string bytes)
    {
        _peer.Answer = _ => new NetworkAnswer(Encoding.ASCII.GetBytes(bytes));
        var destination = await StartAsync();

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.True(response.IsUncertain);
        Assert.Single(_peer.Requests);
    }

    [Fact]
    [Trait("Row", "F57")]
    public async Task GzipAnswerThatEndsTooSoon_IsNotSent()
    {
        var packed = Gzip(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000))))[..^20];
        _peer.Answer = _ => Packed(packed);
        var destination = await StartAsync();

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.True(response.IsUncertain);
    }

    [Fact]
    [Trait("Row", "F57")]
    public async Task EndlessAnswer_IsCutAtTheLimit()
    {
        var chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('a', 65536)}\r\n");
        var head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();
        _peer.Answer = _ => new NetworkAnswer([.. head, .. chunk], Repeat: 1_000_000, RepeatLast: chunk.Length);
        var destination = await StartAsync(Options with { MaximumAnswer = ByteSize.Megabytes(1) });

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.True(response.IsUncertain);
        Assert.Equal(1, _bench.Figures.Limit("answer-size"));
    }

    [Fact]
    [Trait("Row", "F57")]
    public async Task SuccessWithAnErrorInItsBody_IsAnErrorWhenAPatternIsAskedFor()
    {
        _peer.Answer = request => HttpPeer.Ok(request.Text == "good" ? """{"status": "ok"}""" : """{"status": "error"}""");
        var destination = await StartAsync(Options with { Confirms = "\"status\":\\s*\"ok\"" });

        var good = await destination.SendAsync(Bench.Outgoing("good"u8.ToArray()), Token);
        var bad = await destination.SendAsync(Bench.Outgoing("bad"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Sent, good.Status);
        Assert.Equal(MessageStatus.Error, bad.Status);
    }

    [Fact]
    public async Task Validator_JudgesTheAnswer()
    {
        var destination = await StartAsync();

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), validator: new Rejecting()), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
    }

    [Fact]
    public async Task SilentPartner_IsUncertainAfterTheTimeout()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _peer.Answer = _ =>
        {
            asked.TrySetResult();
            return new NetworkAnswer([], Gate: new TaskCompletionSource().Task);
        };
        var destination = await StartAsync();

        var sending = destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token).AsTask();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        var response = await sending;

        Assert.True(response.IsUncertain);
        Assert.Contains("did not answer within 60 s", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F58")]
    public async Task NameUnknown_IsTriedAgainAndCannotHaveArrived()
    {
        var destination = await StartAsync(Options with { Url = Template.Parse("http://nobody.invalid/in") });

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.False(response.IsUncertain);
        Assert.Contains("nobody.invalid", response.StatusMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", "valid from")]
    [InlineData("wrong-host", "another name")]
    [InlineData("stranger", "not trusted")]
    [Trait("Row", "F58")]
    public async Task CertificateThatIsNotRight_IsRefusedAndWorksOnceItIs(string fault, string reason)
    {
        using var ours = new TestCertificates(_bench.PathOf("ours"));
        using var strangers = new TestCertificates(_bench.PathOf("strangers"), "Strangers");
        var issued = fault switch
        {
            "expired" => ours.Issue("partner", isExpired: true),
            "wrong-host" => ours.Issue("partner", dnsName: "other.example.org"),
            _ => strangers.Issue("partner"),
        };
        var port = HttpSourceFixture.FreePort();
        var destination = await StartAsync(Options with { Url = Template.Parse($"https://127.0.0.1:{port}/in"), Tls = new TlsClientOptions { Trust = ours.AuthorityFile } });

        Response refused;
        await using (var bad = new HttpPeer(_ => HttpPeer.Ok(), port, Load(issued)))
        {
            refused = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);
            Assert.Empty(bad.Requests);
        }

        await using var good = new HttpPeer(_ => HttpPeer.Ok(), port, Load(ours.Issue("repaired")));
        var sent = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Queued, refused.Status);
        Assert.False(refused.IsUncertain);
        Assert.Contains(reason, refused.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, sent.Status);
    }

    [Fact]
    public async Task ServerName_IsTheNameThatCounts()
    {
        using var ours = new TestCertificates(_bench.PathOf("ours"));
        await using var peer = new HttpPeer(_ => HttpPeer.Ok(), certificate: Load(ours.Issue("partner", dnsName: "lab.example.org")));
        var options = Options with { Url = Template.Parse($"https://127.0.0.1:{peer.Port}/in"), Tls = new TlsClientOptions { Trust = ours.AuthorityFile, ServerName = "lab.example.org" } };

        var right = await (await StartAsync(options)).SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);
        var wrong = await (await StartAsync(options with { Tls = options.Tls with { ServerName = "other.example.org" } })).SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Sent, right.Status);
        Assert.Equal(MessageStatus.Queued, wrong.Status);
    }

    [Fact]
    public async Task Proxy_IsAsked()
    {
        var destination = await StartAsync(Options with { Url = Template.Parse("http://partner.invalid/in"), Proxy = Url("") });

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal("http://partner.invalid/in", Assert.Single(_peer.Requests).Target);
    }

    private async Task<HttpDestination> StartAsync(HttpDestinationOptions? options = null)
    {
        var destination = new HttpDestination(options ?? Options, _bench.Context);
        _open.Add(destination);
        await destination.StartAsync(Token);
        return destination;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            packing.Write(content);
        }

        return packed.ToArray();
    }

    internal static NetworkAnswer Packed(byte[] packed) =>
        new([.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n"), .. packed], KeepOpen: true);

    private static X509Certificate2 Load((string Certificate, string Key) files) => X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        await _peer.DisposeAsync();
        _bench.Dispose();
    }

    private sealed class Rejecting : IResponseValidator
    {
        public ResponseVerdict Judge(ReadOnlyMemory<byte> answer) => new(Response.Failed("rejected"), DiscardConnection: false);
    }
}
