using System.Text;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine.Attachments;

/// <summary>Attachments from the source to the destination, on a real store.</summary>
public sealed class AttachmentTests
{
    private const string Report = "OBX|1|ED|PDF||^application^pdf^Base64^JVBERi0xLjQK\r";

    private static readonly AttachmentSettings Pdf = new()
    {
        Kind = AttachmentKind.Regex,
        Patterns = [new AttachmentPattern(@"OBX\|\d+\|ED\|[^|]*\|[^|]*\|\^application\^pdf\^Base64\^([^|\r]+)", "application/pdf")],
    };

    [Fact]
    public async Task Match_IsKeptBesideTheMessageAndPutBackWhenItIsSent()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with { Attachments = Pdf });

        var response = await engine.SendAsync(EngineFixture.Adt("C1") + Report);

        var kept = Assert.Single(engine.Store().ReadAttachments(response.MessageId));
        Assert.Equal(("application/pdf", "JVBERi0xLjQK"), (kept.Type, Text(kept)));
        var stored = engine.Store().Read(response.MessageId)!;
        Assert.Contains($"Base64^{kept.Token}\r", Encoding.UTF8.GetString(stored.Raw!.Value.Span), StringComparison.Ordinal);
        Assert.Equal(1, stored.Summary.Attachments);
        Assert.Equal([EngineFixture.Adt("C1") + Report], destination.Sent);
    }

    [Fact]
    public async Task EntireMessage_IsOneAttachmentAndSentByteForByte()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with
        {
            Source = Raw(engine),
            Attachments = new AttachmentSettings { Kind = AttachmentKind.Entire, Type = "text/${kind}" },
            Configuration = new Dictionary<string, string> { ["kind"] = "csv" },
        });
        byte[] bytes = [0x61, 0xFF, 0x00, 0x62];
        byte[]? sent = null;
        destination.Answer = (message, _) =>
        {
            sent = message.Content.ToArray();
            return ValueTask.FromResult(Response.Sent("ok"));
        };

        var response = await engine.Receiver.ReceiveAsync(new IncomingMessage { Content = bytes }, EngineFixture.Token);

        var kept = Assert.Single(engine.Store().ReadAttachments(response.MessageId));
        Assert.Equal("text/csv", kept.Type);
        Assert.Equal(kept.Token, Encoding.UTF8.GetString(engine.Store().Read(response.MessageId)!.Raw!.Value.Span));
        Assert.Equal(bytes, sent);
    }

    [Fact]
    public async Task Script_TakesOutWhatItWants()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with
        {
            Source = Raw(engine),
            Attachments = new AttachmentSettings
            {
                Kind = AttachmentKind.JavaScript,
                Script = EngineFixture.Script("var parts = message.split('|'); globalChannelMap.put('taken', parts[1]); return parts[0] + '|' + addAttachment(parts[1], 'text/plain').getAttachmentId();"),
            },
        });

        var response = await engine.SendAsync("keep|take");

        Assert.Equal("take", Text(Assert.Single(engine.Store().ReadAttachments(response.MessageId))));
        Assert.Equal(["keep|take"], destination.Sent);
        Assert.Contains(engine.Store().ReadStateChanges(0, 10), changes => changes.Changes.Any(change => change is { Key: "taken", Value: "take" }));
    }

    [Theory]
    [InlineData(AttachmentKind.JavaScript, "throw new Error('no');", "the attachment script failed")]
    [InlineData(AttachmentKind.Regex, "(a+)+$", "took longer")]
    public async Task HandlerThatFails_KeepsTheMessageFromBeingAccepted(AttachmentKind kind, string text, string told)
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with
        {
            Source = Raw(engine),
            ScriptLimits = new ScriptLimits { Time = TimeSpan.FromMilliseconds(200) },
            Attachments = new AttachmentSettings { Kind = kind, Script = kind == AttachmentKind.JavaScript ? EngineFixture.Script(text) : null, Patterns = [new AttachmentPattern(text, "x")] },
        });

        var response = await engine.SendAsync(new string('a', 60) + "b");

        Assert.False(response.IsStored);
        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains(told, response.Reason, StringComparison.Ordinal);
        Assert.Empty(engine.Store().Find(new MessageQuery()));
        Assert.Empty(destination.Sent);
    }

    [Fact]
    public async Task BadPattern_IsRefusedAtDeploy()
    {
        await using var engine = new EngineFixture();

        var outcome = await engine.Engine.DeployAsync(
            engine.Channel() with { Attachments = Pdf with { Patterns = [new AttachmentPattern("(", "x")] } }, EngineFixture.Token);

        Assert.False(outcome.IsRunning);
        Assert.Contains("attachments: a pattern", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replacements_ChangeWhatIsTakenOutAndWhatIsPutBack()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with
        {
            Source = Raw(engine),
            Attachments = new AttachmentSettings
            {
                Kind = AttachmentKind.Regex,
                Patterns = [new AttachmentPattern("<(.*?)>", "x"), new AttachmentPattern("head", "y")],
                Inbound = [(@"\X0A\".Replace(@"\", @"\\"), @"\n")],
                Outbound = [(@"\n", "~")],
            },
        });

        var response = await engine.SendAsync(@"head <a\X0A\b> < > tail");

        Assert.Equal(["a\nb", "head"], engine.Store().ReadAttachments(response.MessageId).Select(Text));
        Assert.Equal(["head <a~b> < > tail"], destination.Sent);
    }

    [Theory]
    [InlineData(Compatibility.None, "a ${ATTACH:nobody} b")]
    [InlineData(Compatibility.Mirth, "a  b")]
    public async Task TokenThatNamesNothing_StaysOrGoesAsInTheReference(Compatibility compatibility, string sent)
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with { Source = Raw(engine), Compatibility = compatibility });

        await engine.SendAsync("a ${ATTACH:nobody} b");

        Assert.Equal([sent], destination.Sent);
    }

    [Fact]
    public async Task KeptTokens_AreGoodInOtherChannels()
    {
        await using var engine = new EngineFixture();
        var first = new CollectingDestination();
        var second = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("next", first) with { Reattach = false }) with { Id = "first-id", Attachments = Pdf });
        await engine.SendAsync(EngineFixture.Adt("C1") + Report);
        var handedOn = Assert.Single(first.Sent);
        Assert.Contains("${ATTACH:first-id:1:", handedOn, StringComparison.Ordinal);

        await engine.DeployAsync(engine.Channel(engine.Destination("last", second)) with { Name = "test/two" });
        await engine.Engine.RouteAsync(
            "test/two",
            "test/one",
            new IncomingMessage
            {
                Content = Encoding.UTF8.GetBytes(handedOn),
                SourceMap = new Dictionary<string, object?> { ["sourceChannelId"] = "first-id", ["sourceMessageId"] = 1.0 },
            },
            EngineFixture.Token);
        await engine.Engine.RouteAsync(
            "test/two",
            "test/one",
            new IncomingMessage
            {
                Content = Encoding.UTF8.GetBytes(handedOn),
                SourceMap = new Dictionary<string, object?>
                {
                    ["sourceChannelId"] = "between",
                    ["sourceMessageId"] = 7.0,
                    ["sourceChannelIds"] = new List<object?> { "first-id", "between" },
                    ["sourceMessageIds"] = new List<object?> { 1.0, 7.0 },
                },
            },
            EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("C1") + Report, EngineFixture.Adt("C1") + Report], second.Sent);
    }

    [Theory]
    [InlineData(null, 0.0, Compatibility.None)]
    [InlineData("first-id", 2.0, Compatibility.None)]
    [InlineData("another", 1.0, Compatibility.None)]
    [InlineData(null, 0.0, Compatibility.Mirth)]
    public async Task TokenForAMessageThatThisOneDidNotComeFrom_OpensNothing(string? channel, double message, Compatibility compatibility)
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination())) with { Id = "first-id", Attachments = Pdf });
        var secret = await engine.SendAsync(EngineFixture.Adt("C1") + Report);
        var token = $"${{ATTACH:first-id:{secret.MessageId}:{engine.Store().ReadAttachments(secret.MessageId)[0].Id}}}";
        await engine.DeployAsync(engine.Channel(engine.Destination("two", destination)) with { Name = "test/two", Source = Raw(engine), Compatibility = compatibility });

        await engine.Engine.RouteAsync(
            "test/two",
            "test/one",
            new IncomingMessage
            {
                Content = Encoding.UTF8.GetBytes($"a {token} b"),
                SourceMap = channel is null ? new Dictionary<string, object?>() : new Dictionary<string, object?> { ["sourceChannelId"] = channel, ["sourceMessageId"] = message },
            },
            EngineFixture.Token);

        Assert.Equal([compatibility == Compatibility.Mirth ? "a  b" : $"a {token} b"], destination.Sent);
    }

    /// <summary>The way that a message came opens attachments: neither a source's word nor a script's is taken for it.</summary>
    [Theory]
    [InlineData("{ sourceChannelId: 'first-id', sourceMessageId: 1 }")]
    [InlineData("{ sourceChannel: 'first-id', sourceMessageId: 1 }")]
    [InlineData("{ sourceChannelId: 'test/three', sourceMessageId: 1, sourceChannelIds: ['first-id'], sourceMessageIds: [1] }")]
    [InlineData("{ sourceChannelIds: ['first-id', 'test/three'], sourceChannelId: 'test/three', sourceMessageId: 1 }")]
    public async Task ScriptClaimsAWay_ItOpensNothing(string claimed)
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var next = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination())) with { Id = "first-id", Attachments = Pdf });
        var secret = await engine.SendAsync(EngineFixture.Adt("C1") + Report);
        var token = $"${{ATTACH:first-id:{secret.MessageId}:{engine.Store().ReadAttachments(secret.MessageId)[0].Id}}}";
        await engine.DeployAsync(engine.Channel(engine.Destination("two", destination)) with
        {
            Name = "test/two",
            Source = Raw(engine),
            Transformer = EngineFixture.Script("channelMap.put('way', JSON.stringify([sourceMap.get('sourceChannelId'), sourceMap.get('sourceChannel'), sourceMap.get('sourceChannelIds'), sourceMap.get('kept')]));"),
        });
        await engine.DeployAsync(engine.Channel(engine.Destination("three", next)) with
        {
            Name = "test/three",
            Compatibility = Compatibility.Mirth,
            Transformer = EngineFixture.Script($"var map = {claimed}; map.kept = 'yes'; router.routeMessage('test/two', new RawMessage('a {token} b', null, map));"),
        });

        var sent = await engine.SendAsync(EngineFixture.Adt("C2"));

        Assert.Equal(MessageStatus.Sent, sent.Status);
        Assert.Equal([$"a {token} b"], destination.Sent);
        Assert.Contains("yes", engine.Store("test/two").Read(1)!.ChannelMap!["way"] as string, StringComparison.Ordinal);
        Assert.DoesNotContain("first-id", engine.Store("test/two").Read(1)!.ChannelMap!["way"] as string, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScriptNamesItsOwnMessage_ItsAttachmentsGoWithIt()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("two", destination)) with { Name = "test/two" });
        await engine.DeployAsync(engine.Channel() with
        {
            Id = "first-id",
            Compatibility = Compatibility.Mirth,
            Attachments = Pdf,
            Postprocessor = EngineFixture.Script(
                "var text = message.getConnectorMessages().get(0).getRawData().replace('${ATTACH:', '${ATTACH:first-id:' + message.getMessageId() + ':');"
                + "router.routeMessage('test/two', new RawMessage(text, null, { sourceChannelId: channelId, sourceMessageId: message.getMessageId() }));"),
        });

        await engine.SendAsync(EngineFixture.Adt("C1") + Report);

        Assert.Equal([EngineFixture.Adt("C1") + Report], destination.Sent);
    }

    [Fact]
    public async Task SourceClaimsAWay_ItOpensNothing()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination())) with { Id = "first-id", Attachments = Pdf });
        var secret = await engine.SendAsync(EngineFixture.Adt("C1") + Report);
        var token = $"${{ATTACH:first-id:{secret.MessageId}:{engine.Store().ReadAttachments(secret.MessageId)[0].Id}}}";
        await engine.DeployAsync(engine.Channel(engine.Destination("two", destination)) with { Name = "test/two", Source = Raw(engine) });

        await engine.Receiver.ReceiveAsync(
            new IncomingMessage
            {
                Content = Encoding.UTF8.GetBytes($"a {token} b"),
                SourceMap = new Dictionary<string, object?> { ["sourceChannelId"] = "first-id", ["sourceMessageId"] = 1.0, ["peer"] = "p" },
            },
            EngineFixture.Token);

        Assert.Equal([$"a {token} b"], destination.Sent);
        Assert.Equal(["peer"], engine.Store("test/two").Read(1)!.SourceMap!.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PartOfABatchWhoseAttachmentsCannotBeTaken_IsKeptInErrorAndTheRestGoesOn(bool onReceipt)
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = engine.Channel(engine.Destination("one", destination));
        var failing = channel with
        {
            Source = Raw(engine) with
            {
                Batch = new BatchChoice(null) { Script = EngineFixture.Script("return reader.readLine();", "test/one/batch.js") },
                Acknowledge = onReceipt ? new AcknowledgeChoice(AcknowledgeWhen.OnReceipt, null) : channel.Source.Acknowledge,
            },
            Attachments = new AttachmentSettings { Kind = AttachmentKind.JavaScript, Script = EngineFixture.Script("if (message == 'two') { throw new Error('no'); } return message;") },
        };
        await engine.DeployAsync(failing);

        var response = await engine.Receiver.ReceiveAsync(new IncomingMessage { Content = "one\ntwo\nthree"u8.ToArray(), OnceKey = "day.txt" }, EngineFixture.Token);
        await destination.WaitForAsync(2, EngineFixture.Token);

        Assert.True(response.IsStored);
        Assert.True(engine.Receiver.IsTaken("day.txt"));
        Assert.Equal(["one", "three"], destination.Sent);
        var part = Assert.Single(engine.Store().Find(new MessageQuery { BatchId = response.MessageId }), part => part.Status == MessageStatus.Error);
        Assert.Contains("the attachment script failed", part.Error, StringComparison.Ordinal);
        Assert.Equal("two", Encoding.UTF8.GetString(engine.Store().Read(part.Id)!.Raw!.Value.Span));

        await engine.DeployAsync(failing with { Version = "2", Attachments = failing.Attachments with { Script = EngineFixture.Script("return message + '!';") } });
        var replay = await engine.Engine.OperationsOf("test/one")!.ReplayAsync(part.Id, null, EngineFixture.Token);
        Assert.Null(replay.Reason);
        Assert.Equal(["one", "three", "two!"], destination.Sent);
    }

    [Fact]
    public async Task MessageOfASourceWithNobodyToTell_IsKeptInError()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with
        {
            Source = Raw(engine),
            Attachments = new AttachmentSettings { Kind = AttachmentKind.JavaScript, Script = EngineFixture.Script("throw new Error('no');") },
        });

        var response = await engine.Receiver.ReceiveAsync(new IncomingMessage { Content = "one"u8.ToArray(), OnceKey = "day.txt", WantsAnswer = false }, EngineFixture.Token);

        Assert.Equal((true, MessageStatus.Error), (response.IsStored, response.Status));
        Assert.True(engine.Receiver.IsTaken("day.txt"));
        Assert.Equal("one", Encoding.UTF8.GetString(engine.Store().Read(response.MessageId)!.Raw!.Value.Span));
        Assert.Empty(destination.Sent);
    }

    [Fact]
    public async Task ManyMatches_ShareOneTimeLimit()
    {
        // A clock that goes on by 10 ms at each look: no match takes long, 100 of them do.
        await using var engine = new EngineFixture(new SlowClock());
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination())) with
        {
            Source = Raw(engine),
            ScriptLimits = new ScriptLimits { Time = TimeSpan.FromMilliseconds(500) },
            Attachments = new AttachmentSettings { Kind = AttachmentKind.Regex, Patterns = [new AttachmentPattern("x", "text/plain")] },
        });

        var few = await engine.SendAsync(new string('x', 5));
        var many = await engine.SendAsync(new string('x', 5_000));

        Assert.True(few.IsStored);
        Assert.False(many.IsStored);
        Assert.Contains("took longer than 0.5 s", many.Reason, StringComparison.Ordinal);
    }

    private sealed class SlowClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => 10 * Interlocked.Increment(ref _looks);
    }

    [Fact]
    public async Task QueuedMessage_GetsItsAttachmentsAfterARestart()
    {
        await using var engine = new EngineFixture();
        var away = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.TryAgain("away")) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", away, QueueMode.Always)) with { Attachments = Pdf });
        await engine.SendAsync(EngineFixture.Adt("C1") + Report);
        await away.WaitForArrivalAsync(EngineFixture.Token);

        await engine.RestartAsync();
        var back = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", back, QueueMode.Always)) with { Attachments = Pdf });
        await back.WaitForAsync(1, EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("C1") + Report], back.Sent);
    }

    [Fact]
    public async Task MessageAnsweredOnReceipt_IsProcessedWithItsAttachments()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel with
        {
            Attachments = Pdf,
            Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.OnReceipt, null) },
            Transformer = EngineFixture.Script("channelMap.put('n', getAttachments().length); addAttachment('more', 'text/plain');"),
        });

        var response = await engine.SendAsync(EngineFixture.Adt("C1") + Report);
        await engine.StoredAsync(response.MessageId, summary => summary.Status != MessageStatus.Received);
        Assert.Null(engine.Store().Read(response.MessageId)!.Summary.Error);
        await destination.WaitForAsync(1, EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("C1") + Report], destination.Sent);
        await engine.StoredAsync(response.MessageId, summary => summary.Attachments == 2);
        Assert.Equal(1.0, engine.Store().Read(response.MessageId)!.ChannelMap!["n"]);
    }

    [Fact]
    public async Task ScriptsOfAllKinds_AddAndChangeAttachments()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination
        {
            Answer = (_, _) => ValueTask.FromResult(Response.Sent("taken", "MSH|^~\\&|EHR\rMSA|AA|C1\r"u8.ToArray())),
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination) with
        {
            Transformer = EngineFixture.Script("addAttachment('from the destination', 'text/plain');"),
            ResponseTransformer = EngineFixture.Script("addAttachment('from the response', 'text/plain');"),
        }) with
        {
            Attachments = Pdf,
            Transformer = EngineFixture.Script("updateAttachment(getAttachments()[0].getId(), 'changed', 'text/plain');"),
            Postprocessor = EngineFixture.Script("addAttachment('from the end', 'text/plain');"),
        });

        var response = await engine.SendAsync(EngineFixture.Adt("C1") + Report);

        Assert.Null(engine.Store().Read(response.MessageId)!.Summary.Error);
        Assert.Null(engine.Store().Read(response.MessageId)!.Summary.Destinations[0].Error);
        await engine.StoredAsync(response.MessageId, summary => summary.Attachments == 4);
        Assert.Equal(
            ["changed", "from the destination", "from the end", "from the response"],
            engine.Store().ReadAttachments(response.MessageId).Select(Text).Order(StringComparer.Ordinal));
        Assert.Contains("Base64^changed", Assert.Single(destination.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplayedMessage_HasItsAttachmentsAgain()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with { Attachments = Pdf });
        var first = await engine.SendAsync(EngineFixture.Adt("C1") + Report);

        var replay = await engine.Engine.OperationsOf("test/one")!.ReplayAsync(first.MessageId, null, EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("C1") + Report, EngineFixture.Adt("C1") + Report], destination.Sent);
        var again = Assert.Single(engine.Store().ReadAttachments(replay.MessageId));
        Assert.Equal("JVBERi0xLjQK", Text(again));
        Assert.NotEqual(engine.Store().ReadAttachments(first.MessageId)[0].Id, again.Id);
    }

    [Fact]
    public async Task PartsOfABatch_HaveTheirOwn()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = engine.Channel(engine.Destination("one", destination));
        var type = channel.Source.DataType.DataType;
        await engine.DeployAsync(channel with
        {
            Attachments = Pdf,
            Source = channel.Source with { Batch = new BatchChoice(Activator.CreateInstance(type.BatchOptionsType!)!) },
        });

        var response = await engine.SendAsync(EngineFixture.Adt("C1") + Report + EngineFixture.Adt("C2") + Report);

        Assert.Equal([1, 1], engine.Store().Find(new MessageQuery { BatchId = response.MessageId }).Select(part => part.Attachments));
        Assert.Equal([EngineFixture.Adt("C1") + Report, EngineFixture.Adt("C2") + Report], destination.Sent);
    }

    private static SourceDefinition Raw(EngineFixture engine) => engine.Channel().Source with { DataType = EngineFixture.Type("raw") };

    private static string Text(Attachment attachment) => Encoding.UTF8.GetString(attachment.Content.Span);
}
