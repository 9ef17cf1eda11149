using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChannelHost.Connectors.Http;
using ChannelHost.Connectors.Tls;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;
using Microsoft.AspNetCore.Http;

namespace ChannelHost.Tests.Connectors.Http;

public sealed class HttpSourceAuthTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly HttpSourceFixture _http;

    public HttpSourceAuthTests() => _http = new HttpSourceFixture(_bench);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoLiveKeys_BothFitAndSayWhoseTheyAre()
    {
        var (old, next) = (SecretHash.NewKey(), SecretHash.NewKey());
        await _http.StartAsync(_http.Options with { Auth = new HttpSourceAuth { Keys = [Credential("old", SecretHash.OfKey(old)), Credential("new", SecretHash.OfKey(next))] } });

        foreach (var key in new[] { old, next })
        {
            using var request = _http.Request(HttpMethod.Post, "/", "{}");
            request.Headers.Add("x-api-key", key);
            using var response = await _http.Client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(["old", "new"], _bench.Receiver.Messages.Select(message => message.SourceMap["user"]));
        Assert.DoesNotContain(_bench.Receiver.Messages.SelectMany(message => message.SourceMap.Values), value => Equals(value, old) || Equals(value, next));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task WrongOrNoKey_401WithChallengeAndBodyNotTaken(string? key)
    {
        await _http.StartAsync(_http.Options with { Auth = new HttpSourceAuth { Keys = [Credential("pms", SecretHash.OfKey("right"))], Tokens = [Credential("t", SecretHash.OfKey("token"))] } });
        using var request = _http.Request(HttpMethod.Post, "/", "{}");
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("X-API-Key", key);
        }

        using var response = await _http.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains(response.Headers.WwwAuthenticate, challenge => challenge.Scheme == "Bearer");
        Assert.Empty(_bench.Receiver.Messages);
        Assert.Equal(1, _bench.Figures.Limit("credentials"));
    }

    [Theory]
    [InlineData("lab", "open sesame", HttpStatusCode.OK)]
    [InlineData("lab", "open sesam", HttpStatusCode.Unauthorized)]
    [InlineData("lob", "open sesame", HttpStatusCode.Unauthorized)]
    [InlineData("lab", "with:colon", HttpStatusCode.Unauthorized)]
    public async Task BasicPassword_IsComparedWithItsHash(string user, string password, HttpStatusCode status)
    {
        await _http.StartAsync(_http.Options with { Auth = new HttpSourceAuth { Users = [Credential("lab", SecretHash.OfPassword("open sesame"))] } });

        // Twice: the second time a right password is known again without the slow hash.
        for (var time = 0; time < 2; time++)
        {
            using var request = _http.Request(HttpMethod.Post, "/", "{}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
            using var response = await _http.Client.SendAsync(request, Token);
            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task TwoLivePasswordsOfOneUser_AProvenOneIsKnownAgainWithoutTheSlowHashOfTheOther()
    {
        var auth = new HttpSourceAuth { Users = [Credential("lab", Slow("old")), Credential("lab", Slow("new")), Credential("lab", Slow("next"))] };
        var check = new CredentialCheck(auth);

        var began = Stopwatch.GetTimestamp();
        Assert.Equal("lab", await check.WhoAsync(BasicRequest("lab", "new"), Token));
        var first = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        for (var time = 0; time < 10; time++)
        {
            Assert.Equal("lab", await check.WhoAsync(BasicRequest("lab", "new"), Token));
        }

        // All three were computed for the first one; had one been computed for each of the ten, they had taken longer.
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, first);
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task ManyWrongPasswordsAtOnce_SomeAreTurnedAwayAndAProvenOneIsNotHeldUp()
    {
        var check = new CredentialCheck(new HttpSourceAuth { Users = [Credential("lab", Slow("right"))] });
        Assert.Equal("lab", await check.WhoAsync(BasicRequest("lab", "right"), Token));
        using var enough = new CancellationTokenSource();

        var wrong = Enumerable.Range(0, 100).Select(number => Task.Run(async () => await check.WhoAsync(BasicRequest("lab", $"wrong {number}"), enough.Token))).ToList();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(async () =>
        {
            await foreach (var ended in Task.WhenEach(wrong))
            {
                Assert.Null(await ended);
            }
        });
        var right = check.WhoAsync(BasicRequest("lab", "right"), Token);

        Assert.Equal(503, refused.Status);
        Assert.True(right.IsCompleted);
        Assert.Equal("lab", await right);
        await enough.CancelAsync();
        await Task.WhenAll(wrong).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task BearerToken_Fits()
    {
        await _http.StartAsync(_http.Options with { Auth = new HttpSourceAuth { Tokens = [Credential("portal", SecretHash.OfKey("t-1"))] } });
        using var request = _http.Request(HttpMethod.Post, "/", "{}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "t-1");

        using var response = await _http.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("sha256:zz")]
    [InlineData("sha256:00")]
    [InlineData("pbkdf2-sha512:0:AAAA:AAAA")]
    [InlineData("pbkdf2-sha512:99999999999:AAAA:AAAA")]
    [InlineData("open sesame")]
    public void HashThatIsNone_IsAProblemThatDoesNotShowIt(string hash)
    {
        var options = _http.Options with { Auth = new HttpSourceAuth { Keys = [Credential("pms", hash)] } };

        var problem = Assert.Single(new HttpConnector().Validate(options));

        Assert.Equal("auth.keys[0].hash", problem.Option);
        Assert.DoesNotContain(hash, problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_TakesRequestsAndRenewedCertificates()
    {
        using var authority = new TestCertificates(_bench.PathOf("ours"));
        var (certificate, key) = authority.Issue("first", file: "listener");
        await _http.StartAsync(_http.Options with { Tls = new TlsServerOptions { Certificate = certificate, Key = key } });

        Assert.Equal("CN=first", await ServerSubjectAsync(authority));
        authority.Issue("second", file: "listener");
        await Bench.UntilAsync(() => ServerSubjectAsync(authority).GetAwaiter().GetResult() == "CN=second", "the renewed certificate is shown");

        Assert.All(_bench.Receiver.Texts, text => Assert.Equal("{}", text));
    }

    [Fact]
    public async Task MutualTls_SenderWithoutOurAuthoritysCertificateIsTurnedAway()
    {
        using var authority = new TestCertificates(_bench.PathOf("ours"));
        using var strangers = new TestCertificates(_bench.PathOf("strangers"), "Strangers");
        var (certificate, key) = authority.Issue("listener");
        await _http.StartAsync(_http.Options with
        {
            Tls = new TlsServerOptions { Certificate = certificate, Key = key, ClientCertificate = ClientCertificate.Required, Trust = authority.AuthorityFile },
        });

        await ServerSubjectAsync(authority, authority.Issue("lab"));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ServerSubjectAsync(authority));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ServerSubjectAsync(authority, strangers.Issue("intruder")));

        Assert.Equal("CN=lab", Assert.Single(_bench.Receiver.Messages).SourceMap["peerSubject"]);
        await Bench.UntilAsync(() => _bench.Figures.Limit("handshake") == 2, "both handshakes were counted");
        Assert.Contains("turned away", _bench.Log.Everything, StringComparison.Ordinal);
    }

    private async Task<string?> ServerSubjectAsync(TestCertificates authority, (string Certificate, string Key)? own = null)
    {
        string? subject = null;
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = authority.Policy();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
        {
            subject = shown?.Subject;
            return errors == System.Net.Security.SslPolicyErrors.None;
        };
        if (own is var (file, key))
        {
            var certificate = X509Certificate2.CreateFromPemFile(file, key);
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        using var client = new HttpClient(handler);
        using var response = await client.PostAsync($"https://127.0.0.1:{_http.Port}/", new StringContent("{}"), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return subject;
    }

    private static string Slow(string password)
    {
        const int rounds = 200_000;
        var salt = new byte[16];
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, 32);
        return $"pbkdf2-sha512:{rounds}:{Convert.ToBase64String(salt)}:{Convert.ToBase64String(hash)}";
    }

    private static HttpRequest BasicRequest(string user, string password)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return request;
    }

    private static HttpCredential Credential(string name, string hash) => new() { Name = name, Hash = hash };

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        _bench.Dispose();
    }
}
