using System.Text;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

/// <summary>Requests that come again with their key: one delivery, one answer, whatever happens in between.</summary>
public sealed class AnswerKeyTests : IAsyncDisposable
{
    private readonly EngineFixture _engine = new();
    private readonly CollectingDestination _next = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Row", "F52")]
    public async Task SameKeySameRequest_GetsTheFirstAnswerAndIsDeliveredOnce()
    {
        await _engine.DeployAsync(Channel());

        var first = await SendAsync("k", "f");
        var again = await SendAsync("k", "f");

        Assert.Equal(KeyUse.First, first.KeyUse);
        Assert.Equal(KeyUse.Repeated, again.KeyUse);
        AssertSame(first, again);
        Assert.Single(_next.Attempts);
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task SameKeyAfterARestart_GetsTheFirstAnswer()
    {
        await _engine.DeployAsync(Channel());
        var first = await SendAsync("k", "f");

        await _engine.RestartAsync();
        await _engine.DeployAsync(Channel());
        var again = await SendAsync("k", "f");

        AssertSame(first, again);
        Assert.Single(_next.Attempts);
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task SameKeyOtherRequest_IsRefusedAndNothingIsTaken()
    {
        await _engine.DeployAsync(Channel());
        await SendAsync("k", "f");

        var other = await SendAsync("k", "another");

        Assert.Equal(KeyUse.Mismatch, other.KeyUse);
        Assert.False(other.IsStored);
        Assert.Single(_next.Attempts);
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task SameKeyWhileTheFirstIsWorkedOn_WaitsForItsAnswer()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _next.Answer = async (_, _) =>
        {
            await gate.Task;
            return Response.Sent("collected");
        };
        await _engine.DeployAsync(Channel());

        var first = SendAsync("k", "f").AsTask();
        await _next.WaitForArrivalAsync(Token);
        var again = Enumerable.Range(0, 8).Select(_ => SendAsync("k", "f").AsTask()).ToList();
        Assert.DoesNotContain(again, task => task.IsCompleted);
        gate.SetResult();

        foreach (var task in again)
        {
            AssertSame(await first, await task);
        }

        Assert.Single(_next.Attempts);
    }

    [Fact]
    [Trait("Row", "F01")]
    public async Task KilledBeforeTheAnswerWasKept_AnswerIsMadeOfWhatIsStored()
    {
        var never = new TaskCompletionSource<Response>();
        _next.Answer = (_, cancellationToken) => new ValueTask<Response>(never.Task.WaitAsync(cancellationToken));
        await _engine.DeployAsync(Channel());
        var cut = SendAsync("k", "f").AsTask();
        await _next.WaitForArrivalAsync(Token);

        await _engine.RestartAsync();
        _next.Answer = (_, _) => ValueTask.FromResult(Response.Sent("collected"));
        await _engine.DeployAsync(Channel());
        var again = await SendAsync("k", "f");

        Assert.Equal(KeyUse.Repeated, again.KeyUse);
        Assert.True(again.IsStored);
        Assert.Equal(1, again.MessageId);
        Assert.True((await cut).IsStored);
    }

    [Fact]
    public async Task AnswerOnReceipt_IsKeptToo()
    {
        await _engine.DeployAsync(Channel() with { Source = Channel().Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.OnReceipt, null) } });

        var first = await SendAsync("k", "f");
        var again = await SendAsync("k", "f");

        AssertSame(first, again);
        Assert.Equal(MessageStatus.Received, again.Status);
    }

    [Fact]
    public async Task OtherKeys_AreOtherMessages()
    {
        await _engine.DeployAsync(Channel());

        var ids = new List<long>();
        foreach (var key in new[] { "a", "b", "A", "a " })
        {
            ids.Add((await SendAsync(key, "f")).MessageId);
        }

        Assert.Equal([1L, 2, 3, 4], ids);
    }

    [Fact]
    public async Task WordsForTheSource_ComeWithTheAnswerAndAreKept()
    {
        await _engine.DeployAsync(Channel() with
        {
            Transformer = EngineFixture.Script("responseMap.put('push.status', 201); responseMap.put('http.status', 202); responseMap.put('note', 'x');"),
            Postprocessor = EngineFixture.Script("responseMap.put('push.header.Location', '/' + messageId);", "test/one/post.js"),
        });

        var first = await SendAsync("k", "f");
        var again = await SendAsync("k", "f");

        Assert.Equal(new Dictionary<string, object?> { ["push.status"] = 201.0, ["push.header.Location"] = "/1" }, first.Variables);
        AssertSame(first, again);
    }

    [Theory]
    [InlineData("this is no HL7", "", FailureStage.Format)]
    [InlineData("", "throw new Error('no');", FailureStage.Source)]
    [InlineData("", "msg.set('PID-3', 1)", FailureStage.None)]
    public async Task Failure_SaysWhoseItIs(string content, string script, FailureStage stage)
    {
        await _engine.DeployAsync(Channel() with { Transformer = EngineFixture.Script(script) });

        var response = await _engine.SendAsync(content.Length == 0 ? EngineFixture.Adt("C1") : content);

        Assert.Equal(stage, response.FailedAt);
    }

    [Fact]
    public async Task FailureAtADestination_SaysSo()
    {
        _next.Answer = (_, _) => ValueTask.FromResult(Response.Failed("refused"));
        await _engine.DeployAsync(Channel());

        var response = await SendAsync("k", "f");

        Assert.Equal(FailureStage.Destination, response.FailedAt);
        AssertSame(response, await SendAsync("k", "f"));
    }

    private ChannelDefinition Channel() => _engine.Channel(_engine.Destination("next", _next));

    private ValueTask<SourceResponse> SendAsync(string key, string fingerprint) => _engine.Receiver.ReceiveAsync(
        new IncomingMessage { Content = Encoding.UTF8.GetBytes(EngineFixture.Adt("C1")), AnswerKey = new AnswerKey(key, fingerprint) }, Token);

    private static void AssertSame(SourceResponse first, SourceResponse again)
    {
        Assert.Equal(
            (first.MessageId, first.IsStored, first.Status, first.Reason, first.FailedAt, EngineFixture.Text(first)),
            (again.MessageId, again.IsStored, again.Status, again.Reason, again.FailedAt, EngineFixture.Text(again)));
        Assert.Equal(first.Variables, again.Variables);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
