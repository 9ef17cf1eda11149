using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Health, figures and the read-only API of a host that did some work.</summary>
public sealed class ApiTests(ApiTests.WorkedHost worked) : IClassFixture<ApiTests.WorkedHost>
{
    private const string Channel = "clinic/registration";
    private const string Patient = "Geheimrat";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Http => worked.Host.Http;

    [Fact]
    public async Task Message_IsFoundByItsControlIdWithWhatBecameOfIt()
    {
        var message = Assert.Single(await worked.Host.MessagesAsync(Channel, Token, "&controlId=W000003"));

        Assert.Equal(("ADT^A04", MessageStatus.Transformed), (message.MessageType, message.Status));
        Assert.Equal([("copy", MessageStatus.Sent, 1)], message.Destinations.Select(delivery => (delivery.Name, delivery.Status, delivery.Attempts)));
    }

    [Fact]
    public async Task Messages_ArePagedNewestFirst()
    {
        var all = await worked.Host.MessagesAsync(Channel, Token);
        var page = JsonDocument.Parse(await Http.GetStringAsync(new Uri($"/api/channels/{Channel}/messages?count=4", UriKind.Relative), Token));

        Assert.Equal(WorkedHost.Messages, all.Count);
        Assert.Equal(all.Select(message => message.Id).OrderDescending(), all.Select(message => message.Id));
        Assert.Equal(all.Take(4).Select(message => message.Id), page.RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("id").GetInt64()));
        Assert.Equal(all[3].Id, page.RootElement.GetProperty("before").GetInt64());
    }

    [Fact]
    public async Task Messages_AreFoundByMetadataAndStatus()
    {
        Assert.Single(await worked.Host.MessagesAsync(Channel, Token, "&metadata=control%3DW000002"));
        Assert.Empty(await worked.Host.MessagesAsync(Channel, Token, "&metadata=control%3Dnobody"));
        Assert.Empty(await worked.Host.MessagesAsync(Channel, Token, "&status=error"));
        Assert.Equal(WorkedHost.Messages, (await worked.Host.MessagesAsync(Channel, Token, "&status=sent&destination=copy")).Count);
    }

    [Fact]
    public async Task NoRoute_GivesContentAway()
    {
        var id = (await worked.Host.MessagesAsync(Channel, Token))[0].Id;
        string[] routes = ["/api/channels", $"/api/channels/{Channel}", $"/api/channels/{Channel}/messages", $"/api/channels/{Channel}/messages/{id}", "/metrics", "/health/ready"];

        foreach (var route in routes)
        {
            var text = await Http.GetStringAsync(new Uri(route, UriKind.Relative), Token);

            Assert.DoesNotContain(Patient, text, StringComparison.Ordinal);
            Assert.DoesNotContain("Muster", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Row", "S22")]
    public async Task EveryAnswer_HasTheHeadersThatKeepBrowsersOut()
    {
        foreach (var route in new[] { "/api/channels", "/health/live", "/nothing/here", $"/api/channels/{Channel}/messages?count=x" })
        {
            using var response = await Http.GetAsync(new Uri(route, UriKind.Relative), Token);

            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(response.Headers.CacheControl!.NoStore);
            Assert.False(response.Headers.Contains("Server"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("TRACE")]
    [InlineData("OPTIONS")]
    public async Task WritingMethod_IsRefused(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/channels");
        using var response = await Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("/api/channels", "application/json", "localhost", HttpStatusCode.MethodNotAllowed)]
    [InlineData($"/api/channels/{Channel}/deploy", "text/plain", "localhost", HttpStatusCode.UnsupportedMediaType)]
    [InlineData($"/api/channels/{Channel}/deploy", "application/x-www-form-urlencoded", "localhost", HttpStatusCode.UnsupportedMediaType)]
    [InlineData($"/api/channels/{Channel}/deploy", "application/json", "evil.example", HttpStatusCode.BadRequest)]
    [InlineData($"/api/channels/{Channel}/deploy", "application/json", "localhost", HttpStatusCode.BadRequest)]
    [Trait("Row", "S22")]
    public async Task ChangeThatABrowserCouldSendUnasked_IsRefused(string route, string type, string host, HttpStatusCode status)
    {
        using var content = new StringContent("{\"who\":\"\",\"why\":\"\",\"force\":true}", System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type));
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content, Headers = { Host = host } };
        using var response = await Http.SendAsync(request, Token);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("/api/channels/clinic/nobody", HttpStatusCode.NotFound)]
    [InlineData("/api/channels/clinic/registration/messages/999999999", HttpStatusCode.NotFound)]
    [InlineData("/api/channels/clinic/registration/messages/x", HttpStatusCode.NotFound)]
    [InlineData("/api/channels/clinic/..%2f..%2fetc/messages", HttpStatusCode.NotFound)]
    [InlineData("/api/channels/clinic/registration/messages?status=lost", HttpStatusCode.BadRequest)]
    public async Task WrongRequest_SaysWhatIsWrongInJson(string route, HttpStatusCode status)
    {
        using var response = await Http.GetAsync(new Uri(route, UriKind.Relative), Token);

        Assert.Equal(status, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.NotEmpty(json.RootElement.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task OtherHostName_GetsNothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/channels") { Headers = { Host = "evil.example" } };
        using var response = await Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(Channel, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task OversizedHeaders_AreRefused()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Http.BaseAddress!.Port, Token);
        var request = $"GET /health/live HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 1000).Select(at => $"X-{at}: {new string('a', 50)}\r\n"))}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Token);

        using var reader = new StreamReader(client.GetStream());
        Assert.Contains(" 431 ", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_TellWhatHappened()
    {
        var text = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);

        Assert.Matches($@"(?m)^channelhost_messages_accepted_total\{{[^}}]*channel=""{Channel}""[^}}]*\}} {WorkedHost.Messages}\b", text);
        Assert.Matches($@"(?m)^channelhost_deliveries_sent_total\{{[^}}]*channel=""{Channel}""[^}}]*\}} {WorkedHost.Messages}\b", text);
        string[] figures = ["refused", "duplicates", "retries", "reattempts", "queue_depth", "queue_age", "connections", "scripts_stopped", "store_sync_seconds_bucket", "dotnet_process_memory"];
        Assert.All(figures, figure => Assert.Contains(figure, text, StringComparison.Ordinal));
    }

    /// <summary>A host that took ten messages.</summary>
    public sealed class WorkedHost : IAsyncLifetime
    {
        internal const int Messages = 10;

        private readonly HostFolder _folder = new();

        internal RunningHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var listen = HostFolder.FreePort();
            _folder.WriteChannel(Channel, $$"""
                source: { type: mllp, listen: 127.0.0.1:{{listen}} }
                transform: transform.js
                destinations:
                  - { name: copy, type: files, folder: {{_folder.Files("out")}}, file: "${controlId}.hl7" }
                metadata: { control: MSH-10 }

                """, ("transform.js", $"msg.set('PID-5.1', '{Patient}');\n"));
            Host = await RunningHost.StartAsync(_folder, CancellationToken.None);
            var sender = new LedgerSender(listen, seed: 5, prefix: "W");
            await sender.SendAsync(Messages, 1, CancellationToken.None);
            Assert.Equal(Messages, sender.ConfirmedCount);
            Assert.Contains(Patient, await File.ReadAllTextAsync(Path.Combine(_folder.Files("out"), "W000001.hl7")), StringComparison.Ordinal);
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            _folder.Dispose();
        }
    }
}
