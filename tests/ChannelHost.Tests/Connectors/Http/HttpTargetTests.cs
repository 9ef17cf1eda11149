using System.Net;
using ChannelHost.Connectors.Http;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Http;

/// <summary>Where a message may go: what its own values, a redirect or a name cannot bring about. The canary must stay without a request.</summary>
public sealed class HttpTargetTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly HttpPeer _peer = new(_ => HttpPeer.Ok());
    private readonly HttpPeer _canary = new(_ => HttpPeer.Ok(), address: IPAddress.Parse("127.0.0.2"));
    private readonly List<IAsyncDisposable> _open = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Canary => $"127.0.0.2:{_canary.Port}";

    private string Peer => $"127.0.0.1:{_peer.Port}";

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../../admin")]
    [InlineData("a/../../b")]
    [InlineData("%2e%2e")]
    [InlineData("@{canary}/")]
    [InlineData("//{canary}/x")]
    [InlineData("http://{canary}/x")]
    [InlineData("?x=1#y")]
    [InlineData("\\\\{canary}\\x")]
    [InlineData("a\r\nX-Evil: 1")]
    [Trait("Row", "S30")]
    public async Task ValueInPath_StaysOneStepOfThePath(string value)
    {
        value = value.Replace("{canary}", Canary, StringComparison.Ordinal);
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse($"http://{Peer}/in/${{x}}/end") });

        var response = await SendAsync(destination, ("x", value));

        Assert.Empty(_canary.Requests);
        if (response.Status == MessageStatus.Sent)
        {
            var request = Assert.Single(_peer.Requests);
            Assert.Matches("^/in/[^/?#\\\\]+/end$", request.Target);
            Assert.False(request.Headers.ContainsKey("X-Evil"));
        }
        else
        {
            Assert.Equal(MessageStatus.Error, response.Status);
            Assert.Empty(_peer.Requests);
        }
    }

    [Theory]
    [InlineData("http://${host}/in", "{canary}")]
    [InlineData("http://${host}/in", "{peer}@{canary}")]
    [InlineData("http://${host}/in", "{canary}#{peer}")]
    [InlineData("http://${host}/in", "{canary}\\{peer}")]
    [InlineData("http://127.0.0.1:${host}/in", "1@{canary}")]
    [Trait("Row", "S30")]
    public async Task MessageChoosesAHostThatIsNotListed_ErrorAndNothingIsSent(string url, string host)
    {
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse(url), AllowedHosts = [Peer] });

        var response = await SendAsync(destination, ("host", host.Replace("{canary}", Canary, StringComparison.Ordinal).Replace("{peer}", Peer, StringComparison.Ordinal)));

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_canary.Requests);
        Assert.Empty(_peer.Requests);
    }

    [Theory]
    [InlineData("{peer}/admin?x=")]
    [InlineData("{peer}/admin")]
    [InlineData("{peer}?x=")]
    [InlineData("{peer}#")]
    [InlineData("{peer}\\admin")]
    [InlineData("x@{peer}")]
    [InlineData("{peer}%2fadmin")]
    [InlineData(" {peer}")]
    [Trait("Row", "S30")]
    public async Task MessageChoosesMoreThanAHost_ErrorAndNothingIsSent(string host)
    {
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse("http://${host}/in/${id}"), AllowedHosts = [Peer] });

        var response = await SendAsync(destination, ("host", host.Replace("{peer}", Peer, StringComparison.Ordinal)), ("id", "7"));

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_peer.Requests);
    }

    [Theory]
    [InlineData("${url}")]
    [InlineData("${scheme}${host}/in")]
    [InlineData("/${host}")]
    [InlineData("ftp://${host}/in")]
    [Trait("Row", "S30")]
    public void UrlOfWhichMessagesChooseMoreThanTheHost_IsAProblemAlsoWithAllowedHosts(string url)
    {
        var problem = Assert.Single(new HttpConnector().Validate(new HttpDestinationOptions { Url = Template.Parse(url), AllowedHosts = ["lab.example.org"] }));

        Assert.Equal("url", problem.Option);
    }

    [Fact]
    [Trait("Row", "S30")]
    public async Task ListedNameThatPointsToThisMachineBehindAProxy_ErrorAndNothingIsSent()
    {
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse("http://${host}/in"), AllowedHosts = ["localhost"], Proxy = $"http://{Peer}" });

        var response = await SendAsync(destination, ("host", "localhost"));

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_peer.Requests);
    }

    [Fact]
    public async Task ListedNameThatOnlyTheProxyKnows_IsSentThroughIt()
    {
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse("http://${host}/in"), AllowedHosts = ["nobody-knows.invalid"], Proxy = $"http://{Peer}" });

        var response = await SendAsync(destination, ("host", "nobody-knows.invalid"));

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal("http://nobody-knows.invalid/in", Assert.Single(_peer.Requests).Target);
    }

    [Fact]
    public async Task MessageChoosesAListedHost_IsSent()
    {
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse("http://${host}/in/${id}"), AllowedHosts = [Peer] });

        var response = await SendAsync(destination, ("host", Peer), ("id", "a b"));

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal("/in/a%20b", Assert.Single(_peer.Requests).Target);
    }

    [Fact]
    [Trait("Row", "S30")]
    public async Task ListedNameThatPointsToThisMachine_ErrorAndNothingIsSent()
    {
        // What a rebinding name server would answer: the name is listed, its address is ours.
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse("http://${host}/in"), AllowedHosts = [$"localhost:{_peer.Port}"] });

        var response = await SendAsync(destination, ("host", $"localhost:{_peer.Port}"));

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_peer.Requests);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fd20:ce::254", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("192.0.0.192", false)]
    [InlineData("::ffff:100.100.100.200", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::c000:201", true)]
    [InlineData("fd00:ec2::253", true)]
    [InlineData("100.100.100.201", true)]
    [InlineData("10.0.0.7", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("2001:db8::1", true)]
    [Trait("Row", "S30")]
    public void Address_OfThisMachineOrItsLinkIsRefusedUnlessListed(string address, bool isAllowed)
    {
        Assert.Equal(isAllowed, new TargetHosts(["lab.example.org"]).AllowsAddress(IPAddress.Parse(address)));
        Assert.True(new TargetHosts([address]).AllowsAddress(IPAddress.Parse(address)) || address.StartsWith("::ffff", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lab.example.org", "https://lab.example.org/x", true)]
    [InlineData("lab.example.org", "https://LAB.example.org/x", true)]
    [InlineData("lab.example.org", "https://lab.example.org:8443/x", false)]
    [InlineData("lab.example.org:8443", "https://lab.example.org:8443/x", true)]
    [InlineData("*.example.org", "https://lab.example.org/x", true)]
    [InlineData("*.example.org", "https://example.org/x", false)]
    [InlineData("*.example.org", "https://evilexample.org/x", false)]
    [InlineData("example.org", "https://example.org.evil.net/x", false)]
    public void Host_IsListedAsWritten(string entry, string url, bool isAllowed) => Assert.Equal(isAllowed, new TargetHosts([entry]).Allows(new Uri(url)));

    [Theory]
    [InlineData("ftp://host/x")]
    [InlineData("host/x")]
    [InlineData("http://user:password@host/x")]
    [InlineData("http://${host}/x")]
    [InlineData("${url}")]
    [InlineData("https:///x")]
    public void UrlThatCannotBe_IsAProblem(string url)
    {
        var problem = Assert.Single(new HttpConnector().Validate(new HttpDestinationOptions { Url = Template.Parse(url) }));

        Assert.Equal("url", problem.Option);
    }

    [Theory]
    [InlineData(307, 0)]
    [InlineData(302, 3)]
    [InlineData(303, 3)]
    [Trait("Row", "F57")]
    public async Task RedirectThatIsNotFollowed_IsAnError(int status, int redirects)
    {
        _peer.Answer = _ => HttpPeer.Status(status, "Elsewhere", "", $"Location: http://{Canary}/x");
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse($"http://{Peer}/in"), Redirects = redirects, AllowedHosts = [Canary] });

        var response = await SendAsync(destination);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_canary.Requests);
    }

    [Theory]
    [InlineData("http://{canary}/x")]
    [InlineData("//{canary}/x")]
    [InlineData("http://{peer}@{canary}/x")]
    [InlineData("file:///etc/passwd")]
    [Trait("Row", "F57")]
    [Trait("Row", "S30")]
    public async Task RedirectToAHostThatIsNotListed_ErrorAndNothingIsSentThere(string location)
    {
        _peer.Answer = _ => HttpPeer.Status(307, "Elsewhere", "", "Location: " + location.Replace("{canary}", Canary, StringComparison.Ordinal).Replace("{peer}", Peer, StringComparison.Ordinal));
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse($"http://{Peer}/in"), Redirects = 3 });

        var response = await SendAsync(destination);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_canary.Requests);
    }

    [Fact]
    [Trait("Row", "F57")]
    public async Task RedirectToAListedHost_CarriesTheMessageButNoCredentialsNorOwnHeaders()
    {
        _peer.Answer = _ => HttpPeer.Status(308, "Moved", "", $"Location: http://{Canary}/new");
        var destination = await StartAsync(new HttpDestinationOptions
        {
            Url = Template.Parse($"http://{Peer}/in"),
            Redirects = 1,
            AllowedHosts = [Canary],
            Auth = new HttpClientAuth { Key = "s3cret" },
            Headers = [new HttpHeaderSetting { Name = "X-Tenant", Value = Template.Parse("north") }],
        });

        var response = await SendAsync(destination);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal("s3cret", Assert.Single(_peer.Requests).Headers["X-API-Key"]);
        var followed = Assert.Single(_canary.Requests);
        Assert.Equal("message", followed.Text);
        Assert.False(followed.Headers.ContainsKey("X-API-Key"));
        Assert.False(followed.Headers.ContainsKey("X-Tenant"));
    }

    [Fact]
    [Trait("Row", "F57")]
    public async Task RedirectsWithoutEnd_StopAtTheLimit()
    {
        _peer.Answer = _ => HttpPeer.Status(307, "Again", "", "Location: /again");
        var destination = await StartAsync(new HttpDestinationOptions { Url = Template.Parse($"http://{Peer}/in"), Redirects = 3 });

        var response = await SendAsync(destination);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Equal(4, _peer.Requests.Count);
    }

    private async Task<HttpDestination> StartAsync(HttpDestinationOptions options)
    {
        var destination = new HttpDestination(options, _bench.Context);
        _open.Add(destination);
        await destination.StartAsync(Token);
        return destination;
    }

    private static ValueTask<Response> SendAsync(HttpDestination destination, params (string Name, string Value)[] variables) =>
        destination.SendAsync(Bench.Outgoing("message"u8.ToArray(), variables: variables.ToDictionary(pair => pair.Name, pair => pair.Value)), Token);

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        await _peer.DisposeAsync();
        await _canary.DisposeAsync();
        _bench.Dispose();
    }
}
