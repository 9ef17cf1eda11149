using ChannelHost.Connectors.Smtp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.UserClasses;

/// <summary>Scripts that send mail, by a server that speaks the protocol.</summary>
public sealed class MailClassTests : IAsyncDisposable
{
    private readonly SmtpPeer _peer = new();
    private readonly MirthBench _bench;

    public MailClassTests() => _bench = new MirthBench(environment => environment with
    {
        Mail = new ScriptMailer(),
        Access = new ScriptAccess { Hosts = [$"127.0.0.1:{_peer.Port}"] },
        ConfigurationMap = new Dictionary<string, string> { ["smtp.host"] = "127.0.0.1", ["smtp.port"] = $"{_peer.Port}", ["smtp.from"] = "host@example.org" },
    });

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    [Fact]
    public void ServerOfTheConfiguration_TakesTheMail()
    {
        var text = _bench.Text("(function () { SMTPConnectionFactory.createSMTPConnection().send('a@example.org,b@example.org', 'c@example.org', 'Hello', 'How are you?'); return 'sent'; })()");

        Assert.Equal("sent", text);
        var mail = Assert.Single(_peer.Mails);
        Assert.Equal("host@example.org", mail.From);
        Assert.Equal(["a@example.org", "b@example.org", "c@example.org"], mail.Recipients);
        Assert.Contains("How are you?", System.Text.Encoding.Latin1.GetString(mail.Content), StringComparison.Ordinal);
    }

    [Fact]
    public void ServerOfTheScript_TakesTheMail_AfterLoggingOn()
    {
        _peer.Account = ("user", "word");

        _bench.Out($"var m = new SMTPConnection('127.0.0.1', '{_peer.Port}', 5000, true, '', 'user', 'word', 'x@example.org'); m.send('a@example.org', '', 'own@example.org', 'S', 'B', 'UTF-8');");

        Assert.Equal(("own@example.org", "user"), (_peer.Mails[0].From, _peer.Mails[0].User));
    }

    [Theory]
    [InlineData("new SMTPConnection('mail.example.org', '25', false, '', '', '', 'x@example.org').send('a@example.org', '', 'S', 'B')", "may not connect to 'mail.example.org:25'")]
    [InlineData("SMTPConnectionFactory.createSMTPConnection().send('a@example.org', '', 'S\\nBcc: b@example.org', 'B')", "org.apache.commons.mail.EmailException")]
    [InlineData("SMTPConnectionFactory.createSMTPConnection().send('nobody', '', 'S', 'B')", "org.apache.commons.mail.EmailException")]
    public void WhatIsNotDeclaredOrNoMail_IsRefused(string script, string reason)
    {
        Assert.Contains(reason, _bench.Text($"(function () {{ try {{ {script}; return 'sent'; }} catch (e) {{ return String(e); }} }})()"), StringComparison.Ordinal);
        Assert.Empty(_peer.Mails);
    }
}
