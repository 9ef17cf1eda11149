using System.Net;
using System.Text;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>HTTP through a real channel of the built program.</summary>
public sealed class HttpTests : IDisposable
{
    private const string Channel = "clinic/intake";
    private const int Messages = 4_000;
    private const int Workers = 8;
    private const int Kills = 3;

    // As the README says: so many deliveries of a destination may be without a record when the host dies.
    private const int UnrecordedOutcomes = 48;

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    [Trait("Row", "F01")]
    [Trait("Row", "F52")]
    public async Task HostKilledThreeTimesUnderLoad_NothingLostAndEachKeyTakenOnce()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(4));
        var next = HostFolder.FreePort();
        await using var receiver = await HttpReceiver.StartAsync(next, deadline.Token);
        _folder.WriteChannel(Channel, $$"""
            source:
              type: http
              listen: 127.0.0.1:{{_listen}}
              path: /intake/{clinic}
              dataType: hl7v2
            transform: transform.js
            destinations:
              - { name: next, type: http, url: "http://127.0.0.1:{{next}}/in/${mrn}", queue: { mode: always } }

            """, ("transform.js", "channelMap.put('mrn', msg.get('PID-3.1'));\n"));
        using var sender = new HttpLedgerSender(new Uri($"http://127.0.0.1:{_listen}/intake/north"), seed: 815, prefix: "H");
        var host = await RunningHost.StartAsync(_folder, deadline.Token);
        try
        {
            var sending = sender.SendAsync(Messages, Workers, deadline.Token);
            for (var kill = 1; kill <= Kills; kill++)
            {
                var goal = Messages * kill / (Kills + 1);
                await host.UntilAsync($"{goal} messages far", () => Task.FromResult(sender.ConfirmedCount >= goal), deadline.Token, TimeSpan.FromMinutes(2));
                await host.KillAsync(deadline.Token);
                await host.DisposeAsync();
                host = await RunningHost.StartAsync(_folder, deadline.Token);
            }

            await sending;
            await host.UntilAsync("through with its queue", () => host.IsQuietAsync(Channel, deadline.Token), deadline.Token, TimeSpan.FromMinutes(2));

            var stored = await host.MessagesAsync(Channel, deadline.Token);
            var ledgers = new LedgerJoin(sender.Sent, sender.Confirmed, receiver.Ledger, stored);
            TestContext.Current.TestOutputHelper?.WriteLine($"{ledgers}; sent again {sender.SentAgain}, answered from the ledger {sender.Replayed}");
            Assert.Empty(sender.Refused);
            Assert.Equal(Messages, sender.ConfirmedCount);
            ledgers.AssertHeld();

            // Each key became one message, however often it was sent; only what was under way at the destination may have been delivered twice, and says so.
            Assert.Equal(Messages, stored.Count);
            Assert.InRange(ledgers.Duplicates, 0, Kills * UnrecordedOutcomes);
            Assert.All(receiver.Keys.GroupBy(key => key.ControlId).Where(group => group.Count() > 1), again =>
            {
                Assert.Single(again.Select(key => key.Key).Distinct());
                Assert.True(again.Last().IsReattempt);
            });
            Assert.True(sender.SentAgain > 0, "no kill struck a message under way: the test proved nothing");
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task JsonChannel_AnswersAsItsScriptsSayAndRefusesWhatIsNone()
    {
        WriteJsonChannel();
        await using var host = await RunningHost.StartAsync(_folder, Token);

        using var made = await PostAsync("""{"name": "x"}""");
        using var deep = await PostAsync(new string('[', 10_000) + new string(']', 10_000));
        using var none = await PostAsync("{ this is none");
        using var bad = await PostAsync("""{"name": null}""");
        using var get = await _client.GetAsync(Url, Token);

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("/patients/1", made.Headers.Location?.ToString());
        Assert.Equal("""{"messageId":1,"status":"transformed"}""", await made.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.BadRequest, deep.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.DoesNotContain("this is none", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task SameKeyBeforeAndAfterARestart_FirstAnswerAgain()
    {
        WriteJsonChannel();
        string first;
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            using var response = await PostAsync("""{"name": "x"}""", "k-1");
            first = await Describe(response);
            await host.TerminateAsync(Token);
        }

        await using var again = await RunningHost.StartAsync(_folder, Token);
        using var same = await PostAsync("""{"name": "x"}""", "k-1");
        using var other = await PostAsync("""{"name": "y"}""", "k-1");

        Assert.Equal(first, await Describe(same));
        Assert.True(same.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Single(await again.MessagesAsync(Channel, Token));
    }

    [Fact]
    public async Task TwoChannelsOnOnePath_TheSecondIsRefusedAtValidation()
    {
        WriteJsonChannel();
        _folder.WriteChannel("clinic/other", $"source:\n  type: http\n  listen: 127.0.0.1:{_listen}\n  path: /Patients\n");

        var (code, output) = await HostProgram.RunAsync(Token, "validate", _folder.Channels);

        Assert.Equal(1, code);
        Assert.Contains("clinic/intake", output, StringComparison.Ordinal);
    }

    private Uri Url => new($"http://127.0.0.1:{_listen}/patients");

    private void WriteJsonChannel() => _folder.WriteChannel(Channel, $"""
        source:
          type: http
          listen: 127.0.0.1:{_listen}
          path: /patients
        transform: transform.js

        """, ("transform.js", """
        if (msg.name === null) throw new Error('no name');
        responseMap.put('http.status', 201);
        responseMap.put('http.header.Location', '/patients/' + messageId);
        """));

    private async Task<HttpResponseMessage> PostAsync(string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _client.SendAsync(request, Token);
    }

    private static async Task<string> Describe(HttpResponseMessage response) =>
        $"{(int)response.StatusCode} {response.Headers.Location} {await response.Content.ReadAsStringAsync(Token)}";
}
