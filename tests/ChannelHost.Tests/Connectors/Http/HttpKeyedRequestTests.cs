using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ChannelHost.Connectors.Http;
using ChannelHost.Tests.Connectors.Support;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Connectors.Http;

/// <summary>Requests of several messages that come again with their key, from the socket to the store: one request, one key, nothing twice and nothing of another request.</summary>
public sealed class HttpKeyedRequestTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly EngineFixture _engine = new();
    private readonly CollectingDestination _next = new();
    private readonly List<HttpSourceFixture> _open = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Row", "F52")]
    public async Task KeyOfAMultipartRequestWithAnotherBody_422AndNothingIsTaken()
    {
        var http = await StartAsync(_engine.Channel(_engine.Destination("next", _next)));

        using var first = await PostAsync(http, "k", Form("C1", "C2"));
        using var single = await PostAsync(http, "k", new StringContent(EngineFixture.Adt("C3")));
        using var others = await PostAsync(http, "k", Form("C4", "C5", "C6"));
        using var again = await PostAsync(http, "k", Form("C1", "C2"));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, single.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, others.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Token), await again.Content.ReadAsStringAsync(Token));
        Assert.Equal([EngineFixture.Adt("C1"), EngineFixture.Adt("C2")], _next.Sent);
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task KeyOfASingleMessage_NoMultipartRequestCanUseIt()
    {
        var http = await StartAsync(_engine.Channel(_engine.Destination("next", _next)));

        using var first = await PostAsync(http, "k", new StringContent(EngineFixture.Adt("C1")));
        using var second = await PostAsync(http, "k", Form("C2", "C3"));
        using var namedLikeAPart = await PostAsync(http, "k#2", new StringContent(EngineFixture.Adt("C4")));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, namedLikeAPart.StatusCode);
        Assert.Equal([EngineFixture.Adt("C1"), EngineFixture.Adt("C4")], _next.Sent);
    }

    [Fact]
    [Trait("Row", "F52")]
    [Trait("Row", "F01")]
    public async Task BatchKilledInTheMiddle_ItsKeyIsGoodForItsRestAndForNothingElse()
    {
        var never = new TaskCompletionSource<Response>();
        _next.Answer = (message, cancellationToken) => message.MessageId == 2
            ? new ValueTask<Response>(never.Task.WaitAsync(cancellationToken))
            : ValueTask.FromResult(Response.Sent("collected"));
        var http = await StartAsync(Batched());
        var batch = string.Concat(Enumerable.Range(1, 700).Select(number => EngineFixture.Adt($"P{number}")));
        var cut = PostAsync(http, "k", new StringContent(batch));
        await EngineFixture.UntilAsync(() => _engine.Store().Read(100) is not null);
        await _engine.RestartAsync();
        using (var interrupted = await cut)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, interrupted.StatusCode);
            Assert.Contains("same key", await interrupted.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        _next.Answer = (_, _) => ValueTask.FromResult(Response.Sent("collected"));
        http = await StartAsync(Batched());
        using var other = await PostAsync(http, "k", new StringContent(EngineFixture.Adt("X1") + EngineFixture.Adt("X2")));
        using var rest = await PostAsync(http, "k", new StringContent(batch));
        using var again = await PostAsync(http, "k", new StringContent(batch));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
        Assert.False(rest.Headers.Contains("Idempotent-Replayed"));
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(700, _engine.Store().Counts().Where(count => count.Connector == "source").Sum(count => count.Count));
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task SameKeyOfTwoSenders_AreTwoRequests()
    {
        var (lab, ward) = (SecretHash.NewKey(), SecretHash.NewKey());
        var auth = new HttpSourceAuth
        {
            Keys = [new HttpCredential { Name = "lab", Hash = SecretHash.OfKey(lab) }, new HttpCredential { Name = "ward", Hash = SecretHash.OfKey(ward) }],
        };
        var http = await StartAsync(_engine.Channel(_engine.Destination("next", _next)), auth);

        using var first = await PostAsync(http, "1", new StringContent(EngineFixture.Adt("C1")), lab);
        using var other = await PostAsync(http, "1", new StringContent(EngineFixture.Adt("C1")), ward);
        using var again = await PostAsync(http, "1", new StringContent(EngineFixture.Adt("C1")), lab);

        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.False(other.Headers.Contains("Idempotent-Replayed"));
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, _next.Sent.Count);
    }

    private async Task<HttpSourceFixture> StartAsync(ChannelDefinition channel, HttpSourceAuth? auth = null)
    {
        await _engine.DeployAsync(channel);
        var http = new HttpSourceFixture(_bench);
        _open.Add(http);
        await http.Source(http.Options with { Auth = auth }).StartAsync(_engine.Receiver, Token);
        return http;
    }

    private ChannelDefinition Batched()
    {
        var channel = _engine.Channel(_engine.Destination("next", _next));
        return channel with
        {
            Source = channel.Source with { Batch = new BatchChoice(Activator.CreateInstance(channel.Source.DataType.DataType.BatchOptionsType!)!) },
        };
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpSourceFixture http, string key, HttpContent content, string? credential = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, http.Url("/")) { Content = content };
        request.Headers.Add("Idempotency-Key", key);
        if (credential is not null)
        {
            request.Headers.Add("X-API-Key", credential);
        }

        return await http.Client.SendAsync(request, Token);
    }

    private static MultipartFormDataContent Form(params string[] controlIds)
    {
        // One boundary for all: a request that comes again has the same bytes.
        var form = new MultipartFormDataContent("boundary");
        foreach (var id in controlIds)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(EngineFixture.Adt(id)));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            form.Add(content, "doc", id);
        }

        return form;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        await _engine.DisposeAsync();
        _bench.Dispose();
    }
}
