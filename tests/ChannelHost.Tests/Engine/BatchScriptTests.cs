using System.Text;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

/// <summary>Batches that a script takes apart.</summary>
public sealed class BatchScriptTests
{
    private const string Lines = "var line = reader.readLine(); return line == null ? null : line;";

    [Fact]
    public async Task EachRun_GivesOneMessageUntilItGivesNothing()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Scripted(engine, Lines, destination));

        var response = await engine.SendAsync("one\ntwo\nthree\n\n  \n");

        Assert.Equal(["one", "two", "three"], destination.Sent);
        Assert.True(response.IsStored);
        var last = engine.Store().Find(new MessageQuery { BatchId = response.MessageId })[0];
        var sourceMap = engine.Store().Read(last.Id)!.SourceMap!;
        Assert.Equal((3.0, true, (double)response.MessageId), (sourceMap["batchSequenceId"], sourceMap["batchComplete"], sourceMap["batchId"]));
    }

    [Fact]
    public async Task VariablesOfOneRun_AreGoneInTheNext()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Scripted(engine, "var before = typeof seen; seen = true; var line = reader.readLine(); return line == null ? '' : line + before;", destination));

        await engine.SendAsync("a\nb");

        Assert.Equal(["aundefined", "bundefined"], destination.Sent);
    }

    [Fact]
    public async Task ScriptThatFails_EndsTheBatchAndTheRestIsSeen()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Scripted(engine, "var line = reader.readLine(); if (line == 'two') throw new Error('no'); return line;", destination));

        var response = await engine.SendAsync("one\ntwo\nthree");

        Assert.Equal(["one"], destination.Sent);
        var parts = engine.Store().Find(new MessageQuery { BatchId = response.MessageId });
        Assert.Equal([MessageStatus.Error, MessageStatus.Transformed], parts.Select(part => part.Status));
        Assert.Contains("the batch script", parts[0].Error, StringComparison.Ordinal);
        Assert.Equal("two\nthree", Encoding.UTF8.GetString(engine.Store().Read(parts[0].Id)!.Raw!.Value.Span));
    }

    [Theory]
    [InlineData("var all = ''; for (var line; (line = reader.readLine()) != null;) all += line; throw new Error('no');", "one\ntwo", "one\ntwo", "the batch script")]
    [InlineData(Lines, "one\n\nleft\nover", "\nleft\nover", "the batch goes on")]
    [InlineData("var line = reader.readLine(); return line == 'end' ? null : line;", "one\nend\nleft", "end\nleft", "the batch goes on")]
    [InlineData("if (reader.read() >= 0xDC00) { throw new Error('no'); } return 'x';", "\uD83D\uDE00 one", "\uD83D\uDE00 one", "the batch script")]
    [InlineData("reader.mark(9); if (reader.readLine() == 'two') { throw new Error('no'); } reader.reset(); return reader.readLine();", "one\ntwo\nthree", "two\nthree", "the batch script")]
    public async Task WhatARunHadReadWhenItFailedOrStoppedEarly_IsInTheErrorPart(string script, string content, string kept, string told)
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Scripted(engine, script, new CollectingDestination()));

        await engine.SendAsync(content);

        var part = engine.Store().Find(new MessageQuery())[0];
        Assert.Equal(MessageStatus.Error, part.Status);
        Assert.Contains(told, part.Error, StringComparison.Ordinal);
        Assert.Equal(kept, Encoding.UTF8.GetString(engine.Store().Read(part.Id)!.Raw!.Value.Span));
    }

    [Fact]
    public async Task WhatARunLookedAtAndGaveBack_IsReadByTheNext()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Scripted(
            engine,
            """
            var group = reader.readLine();
            while (group != null) {
                reader.mark(100);
                var next = reader.readLine();
                if (next == null || next.indexOf('+') != 0) { reader.reset(); break; }
                group += next;
            }
            return group;
            """,
            destination));

        await engine.SendAsync("a\n+1\nb\n+2\n+3\nc");

        Assert.Equal(["a+1", "b+2+3", "c"], destination.Sent);
    }

    [Fact]
    public async Task ScriptThatNeverEnds_IsEnded()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Scripted(engine, "reader.readLine(); return 'again';", destination));

        var response = await engine.SendAsync("one");

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Equal(1_000, destination.Sent.Count);
    }

    [Fact]
    public async Task MoreThanTheMaximum_IsKeptWhole()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = Scripted(engine, Lines, destination);
        await engine.DeployAsync(channel with { Source = channel.Source with { Batch = channel.Source.Batch! with { MaximumParts = 2 } } });

        var response = await engine.SendAsync("one\ntwo\nthree");

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(destination.Sent);
        Assert.Equal("one\ntwo\nthree", Encoding.UTF8.GetString(engine.Store().Read(response.MessageId)!.Raw!.Value.Span));
    }

    [Fact]
    public async Task ChangesOfTheScript_AreStoredWithTheFirstMessage()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Scripted(engine, "globalChannelMap.put('file', sourceMap.get('originalFilename')); return reader.readLine();", new CollectingDestination()));

        await engine.Receiver.ReceiveAsync(
            new IncomingMessage { Content = "one\ntwo"u8.ToArray(), SourceMap = new Dictionary<string, object?> { ["originalFilename"] = "day.txt" } }, EngineFixture.Token);

        Assert.All(engine.Store().ReadStateChanges(0, 10), changes => Assert.Equal(1, changes.MessageId));
        Assert.Contains(engine.Store().ReadStateChanges(0, 10), changes => changes.Changes.Any(change => change is { Key: "file", Value: "day.txt" }));
    }

    [Fact]
    [Trait("Row", "F36")]
    public async Task BatchOfferedAgainAfterAKill_GoesOnBehindTheLastStoredPart()
    {
        // More than may be on their way at once, so that the kill comes in the middle.
        const int Parts = 700;
        await using var engine = new EngineFixture();
        using var gate = new SemaphoreSlim(0);
        var first = new CollectingDestination
        {
            Answer = async (message, cancellationToken) =>
            {
                if (message.MessageId == 3)
                {
                    await gate.WaitAsync(cancellationToken);
                }

                return Response.Sent("ok");
            },
        };
        await engine.DeployAsync(Scripted(engine, Lines, first));
        var whole = new IncomingMessage { Content = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(1, Parts))), OnceKey = "day.txt" };
        var offered = engine.Receiver.ReceiveAsync(whole, EngineFixture.Token).AsTask();
        await EngineFixture.UntilAsync(() => first.Attempts.Any(attempt => attempt.MessageId == 3));

        await engine.RestartAsync();
        await ((Task)offered).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var second = new CollectingDestination();
        await engine.DeployAsync(Scripted(engine, Lines, second));
        Assert.InRange(engine.Store().Find(new MessageQuery { Count = 1000 }).Count, 3, Parts - 1);
        Assert.False(engine.Receiver.IsTaken("day.txt"));
        await engine.Receiver.ReceiveAsync(whole, EngineFixture.Token);

        await EngineFixture.UntilAsync(() => first.Sent.Concat(second.Sent).Distinct().Count() == Parts);
        var raws = engine.Store().Find(new MessageQuery { Count = 1000 }).Select(message => Encoding.UTF8.GetString(engine.Store().Read(message.Id)!.Raw!.Value.Span)).ToList();
        Assert.Equal(Enumerable.Range(1, Parts).Select(number => $"{number}").Order(StringComparer.Ordinal), raws.Order(StringComparer.Ordinal));
    }

    private static ChannelDefinition Scripted(EngineFixture engine, string script, CollectingDestination destination)
    {
        var channel = engine.Channel(engine.Destination("one", destination));
        return channel with
        {
            Source = channel.Source with
            {
                DataType = EngineFixture.Type("raw"),
                Batch = new BatchChoice(null) { Script = EngineFixture.Script(script, "test/one/batch.js") },
            },
        };
    }
}
