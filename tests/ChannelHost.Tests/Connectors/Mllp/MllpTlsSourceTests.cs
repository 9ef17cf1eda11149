using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Connectors.Tls;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;
using Wire = ChannelHost.Testing.Network.Mllp;

namespace ChannelHost.Tests.Connectors.Mllp;

public sealed class MllpTlsSourceTests : SourceConnectorContract
{
    private readonly TestCertificates _ours;
    private readonly TestCertificates _strangers;
    private readonly List<IDisposable> _open = [];
    private MllpSource? _source;
    private SslStream? _last;

    public MllpTlsSourceTests()
    {
        _ours = new TestCertificates(Bench.PathOf("ours"));
        _strangers = new TestCertificates(Bench.PathOf("strangers"), "Strangers");
        var (certificate, key) = _ours.Issue("listener");
        Options = new MllpSourceOptions { Listen = "127.0.0.1:0", Tls = new TlsServerOptions { Certificate = certificate, Key = key } };
    }

    private MllpSourceOptions Options { get; set; }

    private MllpSource Mllp => _source ??= new MllpSource(Options, Bench.Context);

    private protected override ISource Source => Mllp;

    private protected override async Task DeliverAsync(string content)
    {
        try
        {
            _last = await ConnectAsync();
            await _last.WriteAsync(Wire.Frame(content), Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }

    private protected override async Task<bool> WasConfirmedAsync()
    {
        try
        {
            return await Wire.ReadFrameAsync(_last!, Token) is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static TheoryData<string, string, bool, string> Clients => new()
    {
        { "its own certificate", "-cert good.pem -key good.key", true, "" },
        { "no certificate", "", false, "showed no certificate" },
        { "another authority", "-cert ../strangers/bad.pem -key ../strangers/bad.key", false, "CN=bad" },
        { "expired", "-cert old.pem -key old.key", false, "CN=old" },
        { "TLS 1.2", "-tls1_2 -cert good.pem -key good.key", true, "" },
        { "TLS 1.1", "-tls1_1 -cipher ALL:@SECLEVEL=0 -cert good.pem -key good.key", false, "" },
        { "TLS 1.0", "-tls1 -cipher ALL:@SECLEVEL=0 -cert good.pem -key good.key", false, "" },
    };

    [Theory]
    [Trait("Row", "F38")]
    [MemberData(nameof(Clients))]
    public async Task OpenSslClient_IsServedOrRefusedAsItsCertificateSays(string name, string arguments, bool isServed, string logged)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed (apt install openssl)");
        _ours.Issue("good");
        _ours.Issue("old", isExpired: true);
        _strangers.Issue("bad");
        Options = Options with { Tls = Options.Tls! with { ClientCertificate = ClientCertificate.Required, Trust = _ours.AuthorityFile } };
        await Source.StartAsync(Bench.Receiver, Token);

        var answer = await OpenSslAsync(arguments, Wire.Frame(name));

        Assert.Equal(isServed, answer.Contains("ACK 1", StringComparison.Ordinal));
        Assert.Equal(isServed ? [name] : [], Bench.Receiver.Texts);
        if (!isServed)
        {
            await Bench.UntilAsync(() => Bench.Log.Count("refused") + Bench.Log.Count("handshake") > 0, "the refusal is logged");
            Assert.Contains("127.0.0.1:", Bench.Log.Everything, StringComparison.Ordinal);
            Assert.Contains(logged, Bench.Log.Everything, StringComparison.Ordinal);
        }

        await Bench.UntilAsync(() => Bench.Figures.Open == 0, "nothing is left open");
    }

    [Fact]
    [Trait("Row", "F38")]
    public async Task PlainTextSender_GetsNothingAndTheListenerGoesOn()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        using (var plain = await Wire.ConnectAsync(Mllp.LocalEndPoint!, Token))
        {
            await Wire.SendAsync(plain, Wire.Frame("plain text"), Token);
            Assert.Null(await Wire.ReadTextAsync(plain, Token));
        }

        await DeliverAsync("after");

        await Bench.Receiver.WaitForAsync(1, Token);
        Assert.Equal(["after"], Bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F32")]
    public async Task StalledInTheHandshake_IsClosedInTime()
    {
        Options = Options with { Tls = Options.Tls! with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) } };
        await Source.StartAsync(Bench.Receiver, Token);
        using var stalled = await Wire.ConnectAsync(Mllp.LocalEndPoint!, Token);
        await Wire.SendAsync(stalled, [0x16, 0x03, 0x01], Token);

        Assert.Null(await Wire.ReadTextAsync(stalled, Token));
        await Bench.UntilAsync(() => Bench.Figures.Open == 0, "it is closed");
        Assert.Equal(1, Bench.Figures.Limit("handshake"));
    }

    [Fact]
    public async Task OptionalCertificate_SubjectIsInTheSourceMapWhenShown()
    {
        Options = Options with { Tls = Options.Tls! with { ClientCertificate = ClientCertificate.Optional, Trust = _ours.AuthorityFile } };
        var (certificate, key) = _ours.Issue("sender");
        await Source.StartAsync(Bench.Receiver, Token);

        await DeliverAsync("without");
        await Bench.Receiver.WaitForAsync(1, Token);
        _last = await ConnectAsync(X509Certificate2.CreateFromPemFile(certificate, key));
        await _last.WriteAsync(Wire.Frame("with"), Token);
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.False(Bench.Receiver.Messages[0].SourceMap.ContainsKey("peerSubject"));
        Assert.Equal("CN=sender", Bench.Receiver.Messages[1].SourceMap["peerSubject"]);
    }

    [Fact]
    [Trait("Row", "F38")]
    public async Task CertificateRenewedWhileRunning_NewSessionsSeeItAndOldOnesStay()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var before = await ConnectAsync();

        _ours.Issue("renewed", file: "listener");
        var after = await UntilSubjectAsync("CN=renewed");

        await before.WriteAsync(Wire.Frame("old session"), Token);
        Assert.NotNull(await Wire.ReadFrameAsync(before, Token));
        await after.WriteAsync(Wire.Frame("new session"), Token);
        Assert.NotNull(await Wire.ReadFrameAsync(after, Token));
    }

    [Fact]
    [Trait("Row", "F38")]
    public async Task RenewalHalfWay_OldCertificateStaysAndItIsSaidOnce()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var (certificate, key) = _ours.Issue("renewed");

        File.Copy(certificate, Options.Tls!.Certificate!, overwrite: true);
        await Bench.UntilAsync(
            () =>
            {
                _open.Add(ConnectAsync().GetAwaiter().GetResult());
                return Bench.Log.Count("the ones before stay in force") == 1;
            },
            "the half renewal is reported");
        Assert.Equal("CN=listener", (await ConnectAsync()).RemoteCertificate!.Subject);

        File.Copy(key, Options.Tls.Key!, overwrite: true);
        await UntilSubjectAsync("CN=renewed");
        Assert.Equal(1, Bench.Log.Count("the ones before stay in force"));
    }

    [Fact]
    public async Task ChangedOptionsWithABadCertificate_ThrowAndNothingChanges()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var bad = Bench.PathOf("bad.pem");
        File.WriteAllText(bad, "no certificate");

        var e = await Assert.ThrowsAsync<ConnectorException>(
            async () => await Source.TryChangeOptionsAsync(Options with { Tls = Options.Tls! with { Certificate = bad } }, Token));

        Assert.Contains(bad, e.Message, StringComparison.Ordinal);
        await DeliverAsync("still served");
        await Bench.Receiver.WaitForAsync(1, Token);
    }

    [Theory]
    [InlineData("missing.pem", null)]
    [InlineData("wrong-key.pem", "ours/other.key")]
    public async Task CertificateUnusable_StartSaysWhichFile(string file, string? key)
    {
        _ours.Issue("other");
        if (key is not null)
        {
            File.Copy(Options.Tls!.Certificate!, Bench.PathOf(file));
        }

        Options = Options with { Tls = Options.Tls! with { Certificate = Bench.PathOf(file), Key = key is null ? null : Bench.PathOf(key) } };

        var e = await Assert.ThrowsAsync<ConnectorException>(() => Source.StartAsync(Bench.Receiver, Token));

        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        _open.ForEach(stream => stream.Dispose());
        _ours.Dispose();
        _strangers.Dispose();
        await base.DisposeAsync();
    }

    private async Task<SslStream> UntilSubjectAsync(string subject)
    {
        SslStream? stream = null;
        await Bench.UntilAsync(
            () =>
            {
                stream = ConnectAsync().GetAwaiter().GetResult();
                return stream.RemoteCertificate!.Subject == subject;
            },
            $"new sessions see {subject}");
        return stream!;
    }

    private async Task<SslStream> ConnectAsync(X509Certificate2? own = null)
    {
        var socket = await Wire.ConnectAsync(Mllp.LocalEndPoint!, Token);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        _open.Add(stream);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = _ours.Policy(),
                ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
                AllowTlsResume = false,
            },
            Token);
        return stream;
    }

    private async Task<string> OpenSslAsync(string arguments, byte[] input)
    {
        var start = new ProcessStartInfo("/usr/bin/openssl", $"s_client -quiet -connect 127.0.0.1:{Mllp.LocalEndPoint!.Port} {arguments}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Bench.PathOf("ours"),
        };
        using var openssl = Process.Start(start)!;
        _ = openssl.StandardError.ReadToEndAsync(Token);
        try
        {
            await openssl.StandardInput.BaseStream.WriteAsync(input, Token);
            await openssl.StandardInput.BaseStream.FlushAsync(Token);
        }
        catch (IOException)
        {
            // Refused before it read its input.
        }

        var answer = new StringBuilder();
        var buffer = new char[100];
        int read;
        while (!answer.ToString().Contains('\x1C') && (read = await openssl.StandardOutput.ReadAsync(buffer, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token)) > 0)
        {
            answer.Append(buffer, 0, read);
        }

        if (!openssl.HasExited)
        {
            openssl.Kill();
        }

        await openssl.WaitForExitAsync(Token);
        return answer.ToString();
    }
}
