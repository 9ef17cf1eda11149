using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>Who we are to the server and who it is to us.</summary>
[Collection<SshServerCollection>]
public sealed class SftpLoginTests : IDisposable
{
    private readonly SshServer _server;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly Bench _bench;

    public SftpLoginTests(SshServer server)
    {
        Assert.SkipWhen(OpenSshServer.Missing is not null, OpenSshServer.Missing ?? "");
        _server = server;
        _bench = new Bench(_time);
        Options = server.Destination(_bench.Folder);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SftpDestinationOptions Options { get; set; }

    public void Dispose()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(_bench.Log.Everything);
        _bench.Dispose();
    }

    [Theory]
    [InlineData("ed25519", "OpenSSH", null)]
    [InlineData("ed25519", "OpenSSH", "open sesame")]
    [InlineData("rsa", "OpenSSH", "open sesame")]
    [InlineData("ecdsa", "OpenSSH", null)]
    [InlineData("rsa", "PEM", null)]
    [InlineData("rsa", "PEM", "open sesame")]
    [InlineData("ecdsa", "PEM", null)]
    [InlineData("rsa", "PKCS8", "open sesame")]
    [InlineData("rsa", "PKCS8", null)]
    [InlineData("ed25519", "PuTTY2", null)]
    [InlineData("ed25519", "PuTTY3", null)]
    [InlineData("ed25519", "PuTTY3", "open sesame")]
    [InlineData("rsa", "PuTTY2", "open sesame")]
    public async Task KeyOfEachFormat_LetsUsIn(string type, string format, string? passphrase)
    {
        var key = await MakeKeyAsync(type, format, passphrase);
        Options = Options with { Keys = [new SftpKeyOptions { File = key, Passphrase = passphrase }] };

        var response = await SendAsync();

        Assert.Equal(MessageStatus.Sent, response.Status);
    }

    [Fact]
    public async Task KeyGivenAsText_LetsUsIn()
    {
        Options = Options with { Keys = [new SftpKeyOptions { Text = File.ReadAllText(_server.Server.KeyFile) }] };

        Assert.Equal(MessageStatus.Sent, (await SendAsync()).Status);
    }

    [Fact]
    public async Task SeveralKeys_TheOneThatFitsLetsUsIn()
    {
        var stranger = await MakeKeyAsync("ed25519", "OpenSSH", null, isAuthorized: false);
        Options = Options with { Keys = [new SftpKeyOptions { File = stranger }, new SftpKeyOptions { File = _server.Server.KeyFile }] };

        Assert.Equal(MessageStatus.Sent, (await SendAsync()).Status);
    }

    [Theory]
    [InlineData("OpenSSH", "wrong", "its passphrase is wrong")]
    [InlineData("PEM", "wrong", "its passphrase is wrong")]
    [InlineData("PKCS8", "wrong", "its passphrase is wrong")]
    [InlineData("PuTTY3", "wrong", "its passphrase is wrong")]
    [InlineData("OpenSSH", null, "no passphrase is given")]
    [InlineData("PEM", null, "no passphrase is given")]
    [InlineData("PuTTY3", null, "no passphrase is given")]
    public async Task KeyWithWrongPassphrase_IsToldAtStart(string format, string? given, string expected)
    {
        var key = await MakeKeyAsync("rsa", format, "open sesame");
        Options = Options with { Keys = [new SftpKeyOptions { File = key, Passphrase = given }] };
        await using var destination = new SftpDestination(Options, _bench.Context);

        var problem = await Assert.ThrowsAsync<ConnectorException>(() => destination.StartAsync(Token));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains(key, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no key at all")]
    [InlineData("")]
    public async Task KeyFileThatIsNone_IsToldAtStart(string content)
    {
        File.WriteAllText(_bench.PathOf("key"), content);
        Options = Options with { Keys = [new SftpKeyOptions { File = _bench.PathOf("key") }] };
        await using var destination = new SftpDestination(Options, _bench.Context);

        var problem = await Assert.ThrowsAsync<ConnectorException>(() => destination.StartAsync(Token));

        Assert.Contains("is no key in OpenSSH, PEM or PuTTY format", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyFileMissing_IsToldAtStart()
    {
        Options = Options with { Keys = [new SftpKeyOptions { File = _bench.PathOf("absent") }] };
        await using var destination = new SftpDestination(Options, _bench.Context);

        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<ConnectorException>(() => destination.StartAsync(Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F49")]
    public async Task KeyNotAuthorized_IsTriedAgainLessAndLessOften()
    {
        var stranger = await MakeKeyAsync("ed25519", "OpenSSH", null, isAuthorized: false);
        var proxy = new FaultyProxy(_server.Server.EndPoint);
        await using var _ = proxy;
        Options = Options with { Connect = proxy.EndPoint.ToString(), Keys = [new SftpKeyOptions { File = stranger }] };
        await using var destination = new SftpDestination(Options, _bench.Context);
        await destination.StartAsync(Token);

        var first = await destination.SendAsync(Message(), Token);
        var second = await destination.SendAsync(Message(), Token);

        Assert.Equal(MessageStatus.Queued, first.Status);
        Assert.Contains("does not let", first.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(30), first.RetryAfter);
        Assert.Contains("Not tried again yet", second.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(1, proxy.Accepted);

        _time.Advance(TimeSpan.FromSeconds(31));
        var third = await destination.SendAsync(Message(), Token);
        Assert.Equal(2, proxy.Accepted);
        Assert.Equal(TimeSpan.FromSeconds(60), third.RetryAfter);
    }

    [Theory]
    [Trait("Row", "F49")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Password_LetsUsInWhenItIsRight(bool keyboardInteractive)
    {
        Assert.SkipWhen(OpenSshServer.MissingForAccounts is not null, OpenSshServer.MissingForAccounts ?? "");
        await using var server = await OpenSshServer.StartAsync(new OpenSshSettings { WithPassword = true, KeyboardInteractive = keyboardInteractive }, Token);
        await OpenSshServer.RunAsync("chmod", "", Token, "777", _bench.Folder);
        Options = new SftpDestinationOptions
        {
            Connect = server.Address,
            User = server.User,
            Password = server.Password,
            HostKeys = new SftpHostKeyOptions { Fingerprints = [server.Fingerprint()] },
            Folder = _bench.Folder,
            File = Template.Parse("x.hl7"),
        };

        var right = await SendAsync();
        Options = Options with { Password = "wrong" };
        var wrong = await SendAsync();

        Assert.Equal(MessageStatus.Sent, right.Status);
        Assert.Equal(MessageStatus.Queued, wrong.Status);
        Assert.Contains("password is wrong, or the account is locked", wrong.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Password!, wrong.StatusMessage + _bench.Log.Everything, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F48")]
    public async Task UnknownHost_IsRefusedBeforeAnythingIsSaid()
    {
        await using var server = await OpenSshServer.StartAsync(cancellationToken: Token);
        File.WriteAllText(_bench.PathOf("known_hosts"), "");
        Options = OptionsFor(server, new SftpHostKeyOptions { KnownHosts = [_bench.PathOf("known_hosts")] });

        var response = await SendAsync();

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains($"is not known: it shows ssh-ed25519 {server.Fingerprint()}", response.StatusMessage, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(_bench.PathOf("known_hosts")));
        await AssertNobodyKnockedAsync(server);
    }

    [Fact]
    [Trait("Row", "F48")]
    public async Task FirstUseTrusted_IsRecordedAndAChangedKeyIsRefused()
    {
        var known = _bench.PathOf("trusted/known_hosts");
        var hostKeys = new SftpHostKeyOptions { KnownHosts = [known], TrustFirstUse = true };
        string fingerprint;
        int port;
        await using (var server = await OpenSshServer.StartAsync(cancellationToken: Token))
        {
            (fingerprint, port) = (server.Fingerprint(), server.EndPoint.Port);
            Options = OptionsFor(server, hostKeys);
            Assert.Equal(MessageStatus.Sent, (await SendAsync()).Status);
            Assert.Equal(MessageStatus.Sent, (await SendAsync()).Status);
            Assert.Equal(server.KnownHostsLine() + "\n", File.ReadAllText(known));
            Assert.Equal(1, _bench.Log.Count(fingerprint));
            Assert.Contains("userauth-request", server.Log, StringComparison.Ordinal);
        }

        await using var impostor = await OpenSshServer.StartAsync(new OpenSshSettings { Port = port }, Token);
        Options = OptionsFor(impostor, hostKeys);
        var response = await SendAsync();

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains(fingerprint, response.StatusMessage, StringComparison.Ordinal);
        Assert.Contains(impostor.Fingerprint(), response.StatusMessage, StringComparison.Ordinal);
        await AssertNobodyKnockedAsync(impostor);

        // Another server is none the worse for it.
        Options = _server.Destination(_bench.Folder);
        Assert.Equal(MessageStatus.Sent, (await SendAsync()).Status);
    }

    [Fact]
    [Trait("Row", "F48")]
    public async Task KeyOfAnotherTypeThanKnown_IsRefusedWithBothFingerprints()
    {
        await using var server = await OpenSshServer.StartAsync(new OpenSshSettings { HostKeys = ["ecdsa"] }, Token);
        var other = await MakeKeyAsync("ed25519", "OpenSSH", null, isAuthorized: false);
        var line = $"[127.0.0.1]:{server.EndPoint.Port} {string.Join(' ', File.ReadAllText(other + ".pub").Split(' ')[..2])}\n";
        File.WriteAllText(_bench.PathOf("known_hosts"), line);
        Options = OptionsFor(server, new SftpHostKeyOptions { KnownHosts = [_bench.PathOf("known_hosts")], TrustFirstUse = true });

        var response = await SendAsync();

        Assert.Contains(server.Fingerprint("ecdsa"), response.StatusMessage, StringComparison.Ordinal);
        Assert.Contains("known is ssh-ed25519 SHA256:", response.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(line, File.ReadAllText(_bench.PathOf("known_hosts")));
        await AssertNobodyKnockedAsync(server);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task OnlyOneOfTheServersKeysIsKnown_ThatOneIsAskedFor(string type)
    {
        File.WriteAllText(_bench.PathOf("known_hosts"), "# of the clinic\n\n" + _server.Server.KnownHostsLine(type) + " comment\n");
        Options = Options with { HostKeys = new SftpHostKeyOptions { KnownHosts = [_bench.PathOf("known_hosts")] } };

        Assert.Equal(MessageStatus.Sent, (await SendAsync()).Status);
    }

    [Fact]
    public async Task HashedKnownHosts_AreUnderstood()
    {
        var known = _bench.PathOf("known_hosts");
        File.WriteAllText(known, _server.Server.KnownHostsLine() + "\n");
        await OpenSshServer.RunAsync("ssh-keygen", "", Token, "-q", "-H", "-f", known);
        Assert.StartsWith("|1|", File.ReadAllText(known), StringComparison.Ordinal);
        Options = Options with { HostKeys = new SftpHostKeyOptions { KnownHosts = [known] } };

        Assert.Equal(MessageStatus.Sent, (await SendAsync()).Status);
    }

    [Fact]
    public async Task RevokedKey_IsRefusedThoughItIsPinned()
    {
        await using var server = await OpenSshServer.StartAsync(cancellationToken: Token);
        File.WriteAllText(_bench.PathOf("known_hosts"), $"@revoked * {string.Join(' ', server.KnownHostsLine().Split(' ')[1..])}\n");
        Options = OptionsFor(server, new SftpHostKeyOptions { KnownHosts = [_bench.PathOf("known_hosts")], Fingerprints = [server.Fingerprint()] });

        Assert.Contains("@revoked", (await SendAsync()).StatusMessage, StringComparison.Ordinal);
        await AssertNobodyKnockedAsync(server);
    }

    [Theory]
    [InlineData("sftp.example.org", "sftp.example.org", 22, true)]
    [InlineData("*.example.org", "SFTP.example.org", 22, true)]
    [InlineData("*.example.org,!bad.example.org", "bad.example.org", 22, false)]
    [InlineData("sftp.example.org", "sftp.example.org", 2222, false)]
    [InlineData("[sftp.example.org]:2222", "sftp.example.org", 2222, true)]
    [InlineData("10.0.0.?", "10.0.0.7", 22, true)]
    public void KnownHostsPatterns_FitAsSshSays(string pattern, string host, int port, bool expected) =>
        Assert.Equal(expected, KnownHosts.For($"{pattern} ssh-ed25519 AAAA\n", host, port).Any());

    [Fact]
    public async Task NothingListens_IsRefusedInPlainWords()
    {
        var server = await OpenSshServer.StartAsync(cancellationToken: Token);
        Options = OptionsFor(server, new SftpHostKeyOptions { Fingerprints = [server.Fingerprint()] });
        await server.DisposeAsync();

        var response = await SendAsync(keyFile: _server.Server.KeyFile);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.False(response.IsUncertain);
        Assert.Contains("refuses the connection", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostUnknownToDns_IsToldInPlainWords()
    {
        Options = Options with { Connect = "no-such-host.invalid" };

        Assert.Contains("No address is known for no-such-host.invalid:22", (await SendAsync()).StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SomethingListensThatSaysNothing_IsGivenUpInTime()
    {
        await using var peer = new ScriptedPeer();
        Options = Options with { Connect = peer.EndPoint.ToString(), ConnectTimeout = TimeSpan.FromSeconds(2) };

        var response = await SendAsync();

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains($"{peer.EndPoint} did not let us connect and log in within 2 s", response.StatusMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "u")]
    [InlineData(true, null)]
    [InlineData(true, "u")]
    public async Task Proxy_LeadsToTheServer(bool isSocks, string? user)
    {
        await using var proxy = new ForwardProxy(isSocks, user, user is null ? null : "right");
        var setting = new SftpProxyOptions { Kind = isSocks ? SftpProxyKind.Socks5 : SftpProxyKind.Http, Connect = proxy.EndPoint.ToString(), User = user, Password = user is null ? null : "right" };
        Options = Options with { Proxy = setting };

        var right = await SendAsync();
        Options = Options with { Proxy = setting with { Password = "wrong" }, ConnectTimeout = TimeSpan.FromSeconds(5) };
        var wrong = user is null ? right : await SendAsync();

        Assert.Equal(MessageStatus.Sent, right.Status);
        Assert.Equal([_server.Server.Address], proxy.Asked.Distinct());
        Assert.Equal(user is null ? MessageStatus.Sent : MessageStatus.Queued, wrong.Status);
        Assert.Contains(user is null ? "written" : "proxy", wrong.StatusMessage, StringComparison.Ordinal);
        Assert.False(wrong.IsUncertain);
    }

    [Fact]
    public async Task ProxyAway_IsToldInPlainWords()
    {
        await using var proxy = new ForwardProxy(isSocks: false);
        var away = proxy.EndPoint.ToString();
        await proxy.DisposeAsync();
        Options = Options with { Proxy = new SftpProxyOptions { Connect = away } };

        Assert.Contains($"by the proxy {away}) refuses the connection", (await SendAsync()).StatusMessage, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Row", "F49")]
    [InlineData("rename", true, MessageStatus.Queued, "no right to do that")]
    [InlineData("rename", false, MessageStatus.Sent, "written")]
    [InlineData("open", true, MessageStatus.Queued, "no right to do that")]
    public async Task ServerThatDeniesARequest_IsToldAndNothingIsLeft(string denied, bool temporary, MessageStatus expected, string words)
    {
        await using var server = await OpenSshServer.StartAsync(new OpenSshSettings { Subsystem = $"internal-sftp -P {denied}" }, Token);
        var folder = _bench.PathOf("denied");
        Directory.CreateDirectory(folder);
        var options = OptionsFor(server, new SftpHostKeyOptions { Fingerprints = [server.Fingerprint()] }) with
        {
            Folder = folder,
            Exists = ChannelHost.Connectors.FileOutput.FileExists.Fail,
            Temporary = temporary,
        };
        await using var destination = new SftpDestination(options, _bench.Context);
        await destination.StartAsync(Token);

        var response = await destination.SendAsync(Message(), Token);

        Assert.Equal(expected, response.Status);
        Assert.Contains(words, response.StatusMessage, StringComparison.Ordinal);
        Assert.False(response.IsUncertain);
        Assert.Equal(expected == MessageStatus.Sent ? ["channelhost-C1.hl7"] : [], Drop.Left(folder));
    }

    [Fact]
    public async Task ServerWithoutSftp_IsToldInPlainWords()
    {
        await using var server = await OpenSshServer.StartAsync(new OpenSshSettings { Subsystem = "/bin/false" }, Token);
        Options = OptionsFor(server, new SftpHostKeyOptions { Fingerprints = [server.Fingerprint()] }) with { ConnectTimeout = TimeSpan.FromSeconds(5) };

        var response = await SendAsync();

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("SFTP", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void SettingsThatCannotWork_AreAllTold()
    {
        var problems = new SftpConnector().Validate(new SftpSourceOptions
        {
            Connect = "a b",
            User = "lab",
            Folder = "/in",
            MoveTo = "/in/",
            Marker = "",
            Expression = "(",
            Claim = false,
            TakeOverAfter = TimeSpan.FromHours(1),
            Keys = [new SftpKeyOptions()],
            Proxy = new SftpProxyOptions { Connect = "proxy" },
            HostKeys = new SftpHostKeyOptions { TrustFirstUse = true, Fingerprints = ["MD5:aa"] },
        });

        Assert.Equal(
            ["connect", "expression", "hostKeys.fingerprints", "hostKeys.knownHosts", "keys[0]", "marker", "moveTo", "moveTo", "proxy.connect", "takeOverAfter"],
            problems.Select(problem => problem.Option).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NoTrustAndNoSecret_AreProblems() => Assert.Equal(
        ["hostKeys", "password"],
        new SftpConnector().Validate(new SftpDestinationOptions { Connect = "h", User = "u", Folder = "/", File = Template.Parse("x") }).Select(problem => problem.Option).Order());

    private static SftpDestinationOptions OptionsFor(OpenSshServer server, SftpHostKeyOptions hostKeys) => new()
    {
        Connect = server.Address,
        User = server.User,
        Keys = [new SftpKeyOptions { File = server.KeyFile }],
        HostKeys = hostKeys,
        Folder = "/tmp",
        File = Template.Parse("channelhost-${controlId}.hl7"),
        Exists = ChannelHost.Connectors.FileOutput.FileExists.Replace,
    };

    private static OutgoingMessage Message() => Bench.Outgoing("x"u8.ToArray(), 1, variables: new Dictionary<string, string> { ["controlId"] = "C1" });

    private async Task<Response> SendAsync(string? keyFile = null)
    {
        var options = Options.Folder == "/tmp" ? Options with { Folder = _bench.PathOf("out") } : Options;
        options = keyFile is null ? options : options with { Keys = [new SftpKeyOptions { File = keyFile }] };
        await using var destination = new SftpDestination(options with { Exists = ChannelHost.Connectors.FileOutput.FileExists.Replace }, _bench.Context);
        await destination.StartAsync(Token);
        return await destination.SendAsync(Message(), Token);
    }

    /// <summary>The server saw no attempt to log in. It says at the end of each connection what became of it.</summary>
    private static async Task AssertNobodyKnockedAsync(OpenSshServer server)
    {
        await Bench.UntilAsync(() => server.Log.Contains("[preauth]", StringComparison.Ordinal), "the server tells of the connection");
        await server.StopAsync();
        Assert.DoesNotContain("userauth-request", server.Log, StringComparison.Ordinal);
    }

    private async Task<string> MakeKeyAsync(string type, string format, string? passphrase, bool isAuthorized = true)
    {
        var file = _bench.PathOf("key-" + Guid.NewGuid().ToString("N"));
        var isPuTTY = format.StartsWith("PuTTY", StringComparison.Ordinal);
        string[] formatted = format is "PEM" or "PKCS8" ? ["-m", format] : [];
        await OpenSshServer.RunAsync("ssh-keygen", "", Token, ["-q", "-t", type, .. formatted, "-N", isPuTTY ? "" : passphrase ?? "", "-f", file]);
        if (isAuthorized)
        {
            await File.AppendAllTextAsync(_server.Server.AuthorizedKeysFile, File.ReadAllText(file + ".pub"), Token);
        }

        if (isPuTTY)
        {
            Assert.SkipWhen(!File.Exists("/usr/bin/puttygen"), "putty-tools is not installed (scripts/test.sh installs it where it may)");
            File.WriteAllText(_bench.PathOf("passphrase"), passphrase ?? "");
            await OpenSshServer.RunAsync(
                "puttygen", "", Token, file, "-o", file + ".ppk", "-O", "private", "--ppk-param", $"version={format[^1]}", "--new-passphrase", _bench.PathOf("passphrase"));
            return file + ".ppk";
        }

        return file;
    }
}
