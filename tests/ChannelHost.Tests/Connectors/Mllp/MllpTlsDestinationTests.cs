using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Connectors.Tls;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Mllp;

public sealed class MllpTlsDestinationTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly TestCertificates _ours;
    private readonly TestCertificates _strangers;
    private readonly List<IAsyncDisposable> _open = [];

    public MllpTlsDestinationTests()
    {
        _ours = new TestCertificates(_bench.PathOf("ours"));
        _strangers = new TestCertificates(_bench.PathOf("strangers"), "Strangers");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrustedPartner_ManyMessagesOverOneConnection()
    {
        var peer = Peer(_ours.Issue("partner"));
        var destination = await DestinationAsync(peer);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(MessageStatus.Sent, (await SendAsync(destination, $"m{i}")).Status);
        }

        Assert.Equal(1, peer.Accepted);
    }

    [Fact]
    [Trait("Row", "F58")]
    public async Task ExpiredCertificate_IsRefusedInWords() =>
        await RefusedAsync(Peer(_ours.Issue("partner", isExpired: true)), "it is valid from");

    [Fact]
    [Trait("Row", "F58")]
    public async Task OtherAuthority_IsRefusedInWords() =>
        await RefusedAsync(Peer(_strangers.Issue("partner")), "an authority that is not trusted");

    [Fact]
    [Trait("Row", "F58")]
    public async Task OtherName_IsRefusedInWords() =>
        await RefusedAsync(Peer(_ours.Issue("partner", dnsName: "elsewhere.example.org")), "for another name");

    [Fact]
    [Trait("Row", "F58")]
    public async Task PartnerRepairsItsCertificate_WorksWithoutRestart()
    {
        var expired = Peer(_ours.Issue("partner", isExpired: true));
        var destination = await DestinationAsync(expired);
        Assert.Equal(MessageStatus.Queued, (await SendAsync(destination, "one")).Status);

        await expired.DisposeAsync();
        var repaired = Peer(_ours.Issue("partner"), expired.EndPoint.Port);

        Assert.Equal(MessageStatus.Sent, (await SendAsync(destination, "one")).Status);
        Assert.Equal(["one"], repaired.Texts);
    }

    [Fact]
    public async Task ServerName_IsWhatTheCertificateMustBear()
    {
        var peer = Peer(_ours.Issue("partner", dnsName: "lab.example.org"));
        var destination = await DestinationAsync(peer, new TlsClientOptions { Trust = _ours.AuthorityFile, ServerName = "lab.example.org" });

        Assert.Equal(MessageStatus.Sent, (await SendAsync(destination, "one")).Status);
    }

    [Fact]
    public async Task PartnerAsksForACertificate_OursIsShown()
    {
        var (certificate, key) = _ours.Issue("us");
        X509Certificate? shown = null;
        var peer = Peer(_ours.Issue("partner"), seen: certificate => shown = certificate);
        var destination = await DestinationAsync(peer, new TlsClientOptions { Trust = _ours.AuthorityFile, Certificate = certificate, Key = key });

        Assert.Equal(MessageStatus.Sent, (await SendAsync(destination, "one")).Status);
        Assert.Equal("CN=us", shown?.Subject);
    }

    [Fact]
    [Trait("Row", "F58")]
    public async Task PartnerSpeaksPlainText_IsRefusedWithoutFallback()
    {
        var peer = new ScriptedPeer();
        _open.Add(peer);
        var destination = await DestinationAsync(peer, connectTimeout: TimeSpan.FromMilliseconds(500));

        var response = await SendAsync(destination, "secret");

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.False(response.IsUncertain);
        Assert.Empty(peer.Received);
    }

    [Fact]
    [Trait("Row", "F39")]
    public async Task PartnerClosesIdleSession_ReconnectsAndSendsOnce()
    {
        var peer = Peer(_ours.Issue("partner"));
        var destination = await DestinationAsync(peer);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(MessageStatus.Sent, (await SendAsync(destination, $"m{i}")).Status);
            await peer.CloseConnectionsAsync();
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"m{i}"), peer.Texts);
    }

    [Fact]
    public async Task AnswerNone_SessionTicketsAreNotTakenForBytesNobodyAskedFor()
    {
        var peer = Peer(_ours.Issue("partner"));
        var destination = await DestinationAsync(peer, answer: MllpAnswer.None);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(MessageStatus.Sent, (await SendAsync(destination, $"m{i}")).Status);
        }

        await Bench.UntilAsync(() => peer.Received.Count == 10, "all have arrived");
        Assert.Equal(1, peer.Accepted);
    }

    [Fact]
    public async Task TrustFileMissing_StartSaysWhich()
    {
        var e = await Assert.ThrowsAsync<ConnectorException>(() => DestinationAsync(new ScriptedPeer(), new TlsClientOptions { Trust = _bench.PathOf("none.pem") }));

        Assert.Contains("none.pem", e.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        _ours.Dispose();
        _strangers.Dispose();
        _bench.Dispose();
    }

    private async Task RefusedAsync(ScriptedPeer peer, string reason)
    {
        var destination = await DestinationAsync(peer);

        var response = await SendAsync(destination, "secret");

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.False(response.IsUncertain);
        Assert.Contains(reason, response.StatusMessage, StringComparison.Ordinal);
        Assert.Empty(peer.Received);
    }

    private ScriptedPeer Peer((string Certificate, string Key) files, int port = 0, Action<X509Certificate?>? seen = null)
    {
        // A copy by way of PKCS#12 is not needed on Linux: a PEM key is fit for a server as it is.
        var peer = new ScriptedPeer(
            tls: new SslServerAuthenticationOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key),
                ClientCertificateRequired = seen is not null,
                CertificateChainPolicy = _ours.Policy(),
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    seen?.Invoke(certificate);
                    return seen is null || errors == SslPolicyErrors.None;
                },
            },
            port: port);
        _open.Add(peer);
        return peer;
    }

    private async Task<MllpDestination> DestinationAsync(
        ScriptedPeer peer,
        TlsClientOptions? tls = null,
        MllpAnswer answer = MllpAnswer.Required,
        TimeSpan? connectTimeout = null)
    {
        var options = new MllpDestinationOptions
        {
            Connect = $"127.0.0.1:{peer.EndPoint.Port}",
            Tls = tls ?? new TlsClientOptions { Trust = _ours.AuthorityFile },
            Answer = answer,
            ConnectTimeout = connectTimeout ?? TimeSpan.FromSeconds(10),
        };
        var destination = new MllpDestination(options, _bench.Context);
        _open.Insert(0, destination);
        await destination.StartAsync(Token);
        return destination;
    }

    private static ValueTask<Response> SendAsync(MllpDestination destination, string content) =>
        destination.SendAsync(Bench.Outgoing(Encoding.Latin1.GetBytes(content)), Token);
}
