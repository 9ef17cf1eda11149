using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

public sealed class AcknowledgmentTests
{
    [Fact]
    public async Task NoDestinations_MessageIsStoredAndAccepted()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel());

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.True(response.IsStored);
        Assert.Contains("MSA|AA|C1", EngineFixture.Text(response), StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Transformed, engine.Store().Read(response.MessageId)!.Summary.Status);
    }

    [Fact]
    public async Task FilterTurnsItDown_NothingIsSentAndTheSenderIsContent()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with { Filter = EngineFixture.Script("return false;") });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Contains("MSA|AA|C1", EngineFixture.Text(response), StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Filtered, response.Status);
        Assert.Empty(destination.Attempts);
    }

    [Fact]
    public async Task TransformerThrows_ErrorNamesThePlaceAndTheSenderIsTold()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel() with { Transformer = EngineFixture.Script("var a = 1;\n  a.b.c();", "test/one/transform.js") });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Contains("MSA|AE|C1", EngineFixture.Text(response), StringComparison.Ordinal);
        var stored = engine.Store().Read(response.MessageId)!;
        Assert.Equal(MessageStatus.Error, stored.Summary.Status);
        Assert.Contains("test/one/transform.js:2:", stored.Summary.Error, StringComparison.Ordinal);
        Assert.Equal(EngineFixture.Adt("C1"), System.Text.Encoding.UTF8.GetString(stored.Raw!.Value.Span));
    }

    [Fact]
    public async Task ScriptLeavesWhatCannotBeStored_MessageIsKeptAsErrorAndTheNextOneGoesOn()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with
        {
            Transformer = EngineFixture.Script("if (msg.get('MSH-10') === 'C1') { let v = []; for (let i = 0; i < 150; i++) { v = [v]; } channelMap.put('deep', v); }"),
        });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));
        var next = await engine.SendAsync(EngineFixture.Adt("C2"));

        Assert.Contains("MSA|AE|C1", EngineFixture.Text(response), StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Error, engine.Store().Read(response.MessageId)!.Summary.Status);
        Assert.Equal(MessageStatus.Sent, next.Status);
        Assert.Single(destination.Attempts);
    }

    [Fact]
    public async Task NotAMessage_IsKeptAsErrorAndRefused()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)));

        var response = await engine.SendAsync("PID|1||10001\r");

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.True(response.IsStored);
        Assert.Empty(destination.Attempts);
        Assert.Contains("does not begin with MSH", response.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartnerRejects_TheSenderGetsAnError()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.Failed("rejected with AR")) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)));

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Contains("MSA|AE|C1", EngineFixture.Text(response), StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Error, response.Status);
    }

    [Fact]
    public async Task OnReceipt_AnswersWhileTheTransformerStillRuns()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var held = new TaskCompletionSource();
        destination.Answer = async (_, token) =>
        {
            await held.Task.WaitAsync(token);
            return Response.Sent("late");
        };
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel with { Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.OnReceipt, null) } });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Contains("MSA|AA|C1", EngineFixture.Text(response), StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Received, response.Status);
        held.SetResult();
        var stored = await engine.StoredAsync(response.MessageId, summary => summary.Destinations is [{ Status: MessageStatus.Sent }]);
        Assert.Equal(MessageStatus.Transformed, stored.Status);
    }

    [Fact]
    [Trait("Row", "F34")]
    public async Task OnReceipt_ARepeatedControlIdIsCountedOnce()
    {
        await using var engine = new EngineFixture();
        var channel = engine.Channel();
        await engine.DeployAsync(channel with { Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.OnReceipt, null) } });
        var first = await engine.SendAsync(EngineFixture.Adt("C1"));

        var second = await engine.SendAsync(EngineFixture.Adt("C1"));
        var stored = await engine.StoredAsync(second.MessageId, summary => summary.Status == MessageStatus.Transformed);

        Assert.Equal(first.MessageId, stored.DuplicateOf);
        Assert.Equal(1, engine.Engine.StatusOf("test/one")!.Figures.Duplicates);
    }

    [Fact]
    public async Task AfterTransform_AnswersBeforeTheDestinationDoes()
    {
        await using var engine = new EngineFixture();
        var held = new TaskCompletionSource();
        var destination = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await held.Task.WaitAsync(token);
                return Response.Sent("late");
            },
        };
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel with { Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.AfterTransform, null) } });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(MessageStatus.Transformed, response.Status);
        held.SetResult();
        await engine.StoredAsync(response.MessageId, summary => summary.Destinations is [{ Status: MessageStatus.Sent }]);
    }

    [Fact]
    public async Task DestinationsAnswer_IsTheSendersAnswer()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.Sent("ok", "their own words"u8.ToArray())) };
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel with { Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.Destination, "one") } });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal("their own words", EngineFixture.Text(response));
    }

    [Fact]
    public async Task Postprocessor_SeesTheDestinationsAndWritesTheAnswer()
    {
        await using var engine = new EngineFixture();
        var channel = engine.Channel(engine.Destination("one", new CollectingDestination()));
        await engine.DeployAsync(channel with
        {
            Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.Postprocess, null) },
            Postprocessor = EngineFixture.Script("return 'it was ' + responseMap.get('one').status;"),
        });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal("it was SENT", EngineFixture.Text(response));
    }

    [Fact]
    public async Task AcknowledgeNone_NothingIsAnswered()
    {
        await using var engine = new EngineFixture();
        var channel = engine.Channel();
        await engine.DeployAsync(channel with { Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.None, null) } });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Null(response.Content);
        Assert.True(response.IsStored);
    }

    [Fact]
    [Trait("Row", "F07")]
    [Trait("Row", "F34")]
    public async Task ControlIdSeenBefore_MessageIsKeptAndLinkedToTheFirst()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel());
        var first = await engine.SendAsync(EngineFixture.Adt("C1"));

        var second = await engine.SendAsync(EngineFixture.Adt("C1", family: "Other"));

        Assert.Equal(first.MessageId, engine.Store().Read(second.MessageId)!.Summary.DuplicateOf);
        Assert.Equal(1, engine.Engine.StatusOf("test/one")!.Figures.Duplicates);
    }
}
