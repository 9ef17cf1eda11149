using System.Security.Cryptography.X509Certificates;
using ChannelHost.Connectors.Smtp;
using ChannelHost.Connectors.Tls;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Http;
using ChannelHost.Tests.Connectors.Support;
using MimeKit;

namespace ChannelHost.Tests.Connectors.Smtp;

public sealed class SmtpDestinationContractTests : DestinationConnectorContract
{
    private readonly int _port = HttpSourceFixture.FreePort();
    private readonly SmtpDestination _destination;
    private SmtpPeer? _peer;

    public SmtpDestinationContractTests() => _destination = new SmtpDestination(
        new SmtpDestinationOptions
        {
            Connect = $"127.0.0.1:{_port}", Security = MailSecurity.None, From = Template.Parse("clinic@example.org"), To = Template.Parse("lab@example.org"),
            Attach = [new SmtpAttachmentSetting { Name = Template.Parse("message.hl7") }],
        },
        Bench.Context);

    private protected override IDestination Destination => _destination;

    private protected override IReadOnlyList<byte[]> Arrived => [.. _peer!.Mails.Select(mail => SmtpDestinationTests.Bytes(SmtpDestinationTests.Read(mail).Attachments.Single()))];

    private protected override Task PartnerUpAsync()
    {
        _peer = new SmtpPeer(_port);
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

/// <summary>Mail to a server that speaks the protocol, and to one that fails at each of its places.</summary>
public sealed class SmtpDestinationTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly SmtpPeer _peer = new();
    private readonly TestCertificates _certificates;

    public SmtpDestinationTests()
    {
        _certificates = new TestCertificates(_bench.Folder);
        Options = new SmtpDestinationOptions
        {
            Connect = $"127.0.0.1:{_peer.Port}", Security = MailSecurity.None, From = Template.Parse("Clinic <clinic@example.org>"), To = Template.Parse("lab@example.org"),
            Subject = Template.Parse("Result"), Body = Template.Parse("There is one."),
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SmtpDestinationOptions Options { get; }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        _certificates.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public async Task EverySetting_IsInTheMail()
    {
        var response = await SendAsync(
            Options with
            {
                To = Template.Parse("lab@example.org, ${doctor}"), Cc = Template.Parse("copy@example.org"), Bcc = Template.Parse("hidden@example.org"), ReplyTo = Template.Parse("answers@example.org"),
                Subject = Template.Parse("Befund für ${id}"), Body = Template.Parse("<p>Größe ${id}</p>\n.\n..end"), Html = true,
                Headers = [new SmtpHeaderSetting { Name = "X-Clinic", Value = Template.Parse("north ${id}") }],
                Attach =
                [
                    new SmtpAttachmentSetting { Name = Template.Parse("${id}.hl7"), Type = "text/plain" },
                    new SmtpAttachmentSetting { Name = Template.Parse("a.bin"), Content = Template.Parse("AAEC"), Base64 = true },
                ],
            },
            new Dictionary<string, string> { ["doctor"] = "Dr. Doe <doe@example.org>", ["id"] = "C1" });

        Assert.Equal(MessageStatus.Sent, response.Status);
        var taken = Assert.Single(_peer.Mails);
        Assert.Equal(["lab@example.org", "doe@example.org", "copy@example.org", "hidden@example.org"], taken.Recipients);
        Assert.Equal("clinic@example.org", taken.From);
        var mail = Read(taken);
        Assert.Equal("Befund für C1", mail.Subject);
        Assert.Equal("<p>Größe C1</p>\n.\n..end", mail.HtmlBody!.ReplaceLineEndings("\n").TrimEnd('\n'));
        Assert.Equal("north C1", mail.Headers["X-Clinic"]);
        Assert.Equal("answers@example.org", mail.ReplyTo.ToString());
        Assert.Empty(mail.Bcc);
        Assert.Equal(["C1.hl7", "a.bin"], mail.Attachments.Select(part => part.ContentDisposition?.FileName));
        Assert.Equal("MSH|1\r"u8.ToArray(), Bytes(mail.Attachments.First()));
        Assert.Equal([0, 1, 2], Bytes(mail.Attachments.Last()));
    }

    [Fact]
    public async Task WithoutBody_TheMessageIsTheText_AndEachAttemptHasTheSameId()
    {
        var destination = await StartAsync(Options with { Body = null });

        await destination.SendAsync(Bench.Outgoing("hello"u8.ToArray(), 7), Token);
        await destination.SendAsync(Bench.Outgoing("hello"u8.ToArray(), 7, isReattempt: true), Token);
        await destination.SendAsync(Bench.Outgoing("hello"u8.ToArray(), 8), Token);

        var mails = _peer.Mails.Select(Read).ToList();
        Assert.Equal("hello", mails[0].TextBody!.TrimEnd('\r', '\n'));
        Assert.Equal(mails[0].MessageId, mails[1].MessageId);
        Assert.NotEqual(mails[0].MessageId, mails[2].MessageId);
    }

    [Theory]
    [InlineData("CONNECT", "554 not you", MessageStatus.Queued, false)]
    [InlineData("CONNECT", SmtpPeer.Cut, MessageStatus.Queued, false)]
    [InlineData("MAIL", "451 later", MessageStatus.Queued, false)]
    [InlineData("MAIL", "550 never", MessageStatus.Error, false)]
    [InlineData("RCPT", "450 later", MessageStatus.Queued, false)]
    [InlineData("RCPT", "550 no lab@example.org here", MessageStatus.Error, false)]
    [InlineData("RCPT", SmtpPeer.Cut, MessageStatus.Queued, false)]
    [InlineData("DATA", "451 later", MessageStatus.Queued, false)]
    [InlineData("DATA", SmtpPeer.Cut, MessageStatus.Queued, true)]
    [InlineData("CONTENT", "452 full", MessageStatus.Queued, false)]
    [InlineData("CONTENT", "554 spam", MessageStatus.Error, false)]
    [InlineData("CONTENT", SmtpPeer.Cut, MessageStatus.Queued, true)]
    [InlineData("CONTENT", SmtpPeer.Silence, MessageStatus.Queued, true)]
    [InlineData("MAIL", SmtpPeer.Silence, MessageStatus.Queued, false)]
    [InlineData("QUIT", SmtpPeer.Cut, MessageStatus.Sent, false)]
    public async Task WhatTheServerDoes_DecidesTheOutcome(string command, string answer, MessageStatus status, bool isUncertain)
    {
        _peer.Answer = told => told == command ? answer : null;

        var response = await SendAsync(Options with { Timeout = TimeSpan.FromSeconds(answer == SmtpPeer.Silence ? 2 : 60) });

        Assert.Equal((status, isUncertain), (response.Status, response.IsUncertain));
        Assert.DoesNotContain("lab@example.org", response.StatusMessage + _bench.Log.Everything, StringComparison.Ordinal);
        Assert.NotEmpty(response.StatusMessage);
    }

    [Theory]
    [InlineData(MailSecurity.Starttls)]
    [InlineData(MailSecurity.Tls)]
    public async Task Security_IsKept_AndWeLogOn(MailSecurity security)
    {
        Secure("127.0.0.1");
        _peer.IsImplicit = security == MailSecurity.Tls;
        _peer.Account = ("clinic", "secret word");

        var response = await SendAsync(Options with { Security = security, Tls = Trust("localhost"), Auth = new SmtpAuth { User = "clinic", Password = "secret word" } });

        Assert.Equal("", response.Error ?? "");
        Assert.Equal((true, "clinic"), (_peer.Mails[0].IsSecure, _peer.Mails[0].User));
    }

    [Fact]
    public async Task WrongPassword_WaitsAndIsNotTold()
    {
        Secure("127.0.0.1");
        _peer.Account = ("clinic", "right");

        var response = await SendAsync(Options with { Security = MailSecurity.Starttls, Tls = Trust("localhost"), Auth = new SmtpAuth { User = "clinic", Password = "wrong word" } });

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("does not accept our user", response.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong word", response.Error + _bench.Log.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerWithoutStarttls_GetsNothing()
    {
        _peer.Account = ("clinic", "secret");

        var response = await SendAsync(Options with { Security = MailSecurity.Starttls, Auth = new SmtpAuth { User = "clinic", Password = "secret" } });

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("no STARTTLS", response.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(_peer.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal) || command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("other.example.org")]
    public async Task ServerThatIsNotTrusted_GetsNothing(string? name)
    {
        Secure("127.0.0.1");

        var response = await SendAsync(Options with { Security = MailSecurity.Starttls, Tls = name is null ? null : Trust(name) });

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("TLS", response.StatusMessage, StringComparison.Ordinal);
        Assert.Empty(_peer.Mails);
    }

    [Theory]
    [InlineData("lab@example.org\r\nBcc: thief@example.org", "x", "x", "to has a line break")]
    [InlineData("lab@example.org", "Result\r\n\r\nMore", "x", "subject has a line break")]
    [InlineData("lab@example.org", "x", "a\nX-Other: b", "the header X-Clinic has a line break")]
    [InlineData("nobody", "x", "x", "to is no list of mail addresses")]
    [InlineData("", "x", "x", "no recipient")]
    public async Task WhatWouldBreakOutOfItsLine_IsRefused(string to, string subject, string header, string reason)
    {
        var response = await SendAsync(
            Options with { To = Template.Parse("${to}"), Subject = Template.Parse("${subject}"), Headers = [new SmtpHeaderSetting { Name = "X-Clinic", Value = Template.Parse("${header}") }] },
            new Dictionary<string, string> { ["to"] = to, ["subject"] = subject, ["header"] = header });

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains(reason, response.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("thief", response.StatusMessage, StringComparison.Ordinal);
        Assert.Empty(_peer.Commands);
    }

    [Fact]
    public void BadSettings_AreAllTold()
    {
        var problems = new SmtpConnector().Validate(Options with
        {
            Connect = "mail", Charset = "klingon", Tls = new TlsClientOptions(), Headers = [new SmtpHeaderSetting { Name = "Bcc" }], Attach = [new SmtpAttachmentSetting { Type = "nothing" }],
        });

        Assert.Equal(["connect", "tls", "charset", "headers[0].name", "attach[0].type"], problems.Select(problem => problem.Option));
    }

    [Fact]
    public void ScriptsMail_IsTakenOrRefused()
    {
        var mailer = new ScriptMailer();
        var mail = new ScriptMail { Host = "127.0.0.1", Port = _peer.Port, From = "a@example.org", To = "b@example.org,c@example.org", Subject = "Hello", Body = "text" };

        mailer.Send(mail, TimeSpan.FromMinutes(1), Token);
        _peer.Answer = told => told == "RCPT" ? "550 no" : null;

        Assert.Equal(["b@example.org", "c@example.org"], Assert.Single(_peer.Mails).Recipients);
        Assert.Contains("550", Assert.Throws<ScriptMailException>(() => mailer.Send(mail, TimeSpan.FromMinutes(1), Token)).Message, StringComparison.Ordinal);
        Assert.Contains("line break", Assert.Throws<ScriptMailException>(() => mailer.Send(mail with { Subject = "a\nb" }, TimeSpan.FromMinutes(1), Token)).Message, StringComparison.Ordinal);
    }

    internal static MimeMessage Read(TakenMail mail) => MimeMessage.Load(new MemoryStream(mail.Content));

    internal static byte[] Bytes(MimeEntity part)
    {
        using var content = new MemoryStream();
        ((MimePart)part).Content!.DecodeTo(content);
        return content.ToArray();
    }

    private void Secure(string name)
    {
        var (certificate, key) = _certificates.Issue(name, "localhost");
        using var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
        _peer.Certificate = X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null);
    }

    private TlsClientOptions Trust(string name) => new() { Trust = _certificates.AuthorityFile, ServerName = name };

    private async Task<SmtpDestination> StartAsync(SmtpDestinationOptions options)
    {
        var destination = new SmtpDestination(options, _bench.Context);
        await destination.StartAsync(Token);
        return destination;
    }

    private async Task<Response> SendAsync(SmtpDestinationOptions options, IReadOnlyDictionary<string, string>? variables = null)
    {
        await using var destination = await StartAsync(options);
        return await destination.SendAsync(Bench.Outgoing("MSH|1\r"u8.ToArray(), variables: variables), Token);
    }
}
