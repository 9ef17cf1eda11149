using System.Net;
using System.Text;
using ChannelHost.Connectors.Http;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Http;

public sealed class HttpSourceMultipartTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly HttpSourceFixture _http;

    public HttpSourceMultipartTests() => _http = new HttpSourceFixture(_bench);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_EachIsAMessageAndFieldsAreInTheSourceMap()
    {
        await _http.StartAsync();

        using var response = await SendAsync(Form(("clinic", null, "north"), ("doc", @"C:\scans\a.txt", "one"), ("doc", "b.txt", "two")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"messages":[{"messageId":1,"status":"sent"},{"messageId":2,"status":"sent"}]}""", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(["one", "two"], _bench.Receiver.Texts);
        Assert.Equal(["a.txt", "b.txt"], _bench.Receiver.Messages.Select(message => message.SourceMap["originalFilename"]));
        Assert.All(_bench.Receiver.Messages, message => Assert.Equal("north", message.SourceMap["form.clinic"]));
    }

    [Fact]
    public async Task Parts_EachIsAMessage()
    {
        await _http.StartAsync(_http.Options with { Multipart = MultipartUse.Parts });

        using var response = await SendAsync(Form(("a", null, "one"), ("b", "b.txt", "two")));

        Assert.Equal(["one", "two"], _bench.Receiver.Texts);
        Assert.Equal(["a", "b"], _bench.Receiver.Messages.Select(message => message.SourceMap["part.name"]));
    }

    [Fact]
    public async Task FirstFile_MoreThanOneIsRefused()
    {
        await _http.StartAsync(_http.Options with { Multipart = MultipartUse.FirstFile });

        using var one = await SendAsync(Form(("a", null, "field"), ("b", "b.txt", "file")));
        using var two = await SendAsync(Form(("a", "a.txt", "file"), ("b", "b.txt", "file")));

        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.Equal("ACK 1", await one.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.BadRequest, two.StatusCode);
        Assert.Equal(["file"], _bench.Receiver.Texts);
    }

    [Fact]
    public async Task Whole_TheBodyIsTheMessage()
    {
        await _http.StartAsync(_http.Options with { Multipart = MultipartUse.Whole });

        using var response = await SendAsync(Form(("a", "a.txt", "one"), ("b", "b.txt", "two")));

        Assert.StartsWith("--", Assert.Single(_bench.Receiver.Texts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnePartNotStored_503WithAllThatIsKnownAndTheRestIsNotTaken()
    {
        _bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(id == 2 ? Testing.Network.CollectingReceiver.NotStored() : Testing.Network.CollectingReceiver.Stored(id));
        await _http.StartAsync();

        using var response = await SendWithKeyAsync(Form(("a", "a.txt", "one"), ("b", "b.txt", "two"), ("c", "c.txt", "three")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.Contains("Retry-After"));
        Assert.Equal(
            """{"messages":[{"messageId":1,"status":"sent"},{"status":"refused","reason":"the store is full"},{"status":"refused","reason":"Not taken, because a part before it was not."}]}""",
            await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(["one", "two"], _bench.Receiver.Texts);
    }

    [Fact]
    public async Task Parts_TheFirstHasTheKeyItselfAndTheOthersKeysThatNoSenderCanGive()
    {
        await _http.StartAsync();

        using var response = await SendWithKeyAsync(Form(("a", "a.txt", "one"), ("b", "b.txt", "two")));

        var keys = _bench.Receiver.Messages.Select(message => message.AnswerKey!.Key).ToList();
        Assert.Equal("k", keys[0]);
        Assert.StartsWith("k\n", keys[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChannelStopsBetweenTwoParts_TheAnswerSaysWhatIsStored()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Receiver.Answer = async (_, id, cancellationToken) =>
        {
            if (id == 2)
            {
                entered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return Testing.Network.CollectingReceiver.Stored(id);
        };

        // Another channel on the address: when the last one leaves at once, connections are cut, and there is no answer to look at.
        var shared = _http.Options with { Listen = $"127.0.0.1:{HttpSourceFixture.FreePort()}" };
        var source = await _http.StartAsync(shared);
        await _http.StartAsync(shared with { Path = "/other" });
        var sending = SendWithKeyAsync(Form(("a", "a.txt", "one"), ("b", "b.txt", "two"), ("c", "c.txt", "three")));
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);

        await source.StopAsync(new CancellationToken(canceled: true));
        using var response = await sending;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.StartsWith("""{"messages":[{"messageId":1,"status":"sent"},{"status":"refused","reason":"The channel stopped""", text, StringComparison.Ordinal);
        Assert.Equal(["one", "two"], _bench.Receiver.Texts);
    }

    [Fact]
    public async Task ManyFieldsThatAreTooLargeTogether_413AndNothingTaken()
    {
        await _http.StartAsync();
        var fields = Enumerable.Range(1, 5).Select(number => ($"f{number}", (string?)null, new string('x', 60 * 1024)));

        using var response = await SendAsync(Form([.. fields, ("a", "a.txt", "one")]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(_bench.Receiver.Messages);
        Assert.Equal(1, _bench.Figures.Limit("parts"));
    }

    [Theory]
    [InlineData("multipart/form-data", "--x\r\n\r\nabc\r\n--x--")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a; filename=a.txt\r\n\r\nabc")]
    [InlineData("multipart/form-data; boundary=x", "no part at all")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nonly a field\r\n--x--\r\n")]
    public async Task NotAMultipartBodyThatCanBeUsed_400AndNothingTaken(string type, string body)
    {
        await _http.StartAsync();
        await using var stream = await _http.ConnectAsync();

        var answer = await HttpSourceFixture.ExchangeAsync(stream, $"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Empty(_bench.Receiver.Messages);
    }

    [Fact]
    public async Task MorePartsThanAllowed_413()
    {
        await _http.StartAsync(_http.Options with { MaximumParts = 2 });

        using var response = await SendAsync(Form(("a", "a", "1"), ("b", "b", "2"), ("c", "c", "3")));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(_bench.Receiver.Messages);
        Assert.Equal(1, _bench.Figures.Limit("parts"));
    }

    private Task<HttpResponseMessage> SendAsync(MultipartFormDataContent form) => _http.Client.PostAsync(_http.Url("/"), form, Token);

    private async Task<HttpResponseMessage> SendWithKeyAsync(MultipartFormDataContent form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _http.Url("/")) { Content = form };
        request.Headers.Add("Idempotency-Key", "k");
        return await _http.Client.SendAsync(request, Token);
    }

    private static MultipartFormDataContent Form(params (string Name, string? File, string Text)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, file, text) in parts)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            if (file is null)
            {
                form.Add(content, name);
            }
            else
            {
                form.Add(content, name, file);
            }
        }

        return form;
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        _bench.Dispose();
    }
}
