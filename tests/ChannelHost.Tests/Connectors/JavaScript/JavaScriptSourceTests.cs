using System.Collections.Concurrent;
using System.Text;
using ChannelHost.Connectors.JavaScript;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Connectors.JavaScript;

public sealed class JavaScriptSourceTests : SourceConnectorContract
{
    private static readonly ScriptFile Script = new("clinic/test/read.js", "return next()");

    private readonly ConcurrentQueue<object?> _returns = new();
    private JavaScriptSource? _source;
    private int _runs;

    public JavaScriptSourceTests() => Bench.Scripts.Run = (_, _) =>
    {
        Interlocked.Increment(ref _runs);
        return ScriptedCompiler.Returns(_returns.TryDequeue(out var value) ? value : null);
    };

    private protected override ISource Source =>
        _source ??= new JavaScriptSource(new JavaScriptSourceOptions { Script = Script, Interval = TimeSpan.FromMilliseconds(20) }, Bench.Context);

    // The contract's text is Latin-1 on the wire; here it goes as the bytes that text stands for.
    private protected override Task DeliverAsync(string content)
    {
        _returns.Enqueue(Encoding.Latin1.GetBytes(content));
        return Task.CompletedTask;
    }

    // A script has no sender to tell. What it returned counts as taken once nothing is handed over again.
    private protected override async Task<bool> WasConfirmedAsync()
    {
        var runs = Volatile.Read(ref _runs);
        var deadline = Environment.TickCount64 + 200;
        while (Volatile.Read(ref _runs) == runs && Environment.TickCount64 < deadline)
        {
            await Task.Delay(5, Token);
        }

        return Bench.Log.Count("could not be stored") == 0;
    }

    [Theory]
    [InlineData("MSH|1", "MSH|1")]
    [InlineData("", "")]
    public async Task String_IsAMessage(string returned, string expected)
    {
        _returns.Enqueue(returned);
        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(expected, Bench.Receiver.Texts[0]);
        Assert.Null(Bench.Receiver.Messages[0].OnceKey);
    }

    [Fact]
    public async Task ListAndObject_AreMessagesInOrder()
    {
        _returns.Enqueue(new List<object?>
        {
            "one",
            null,
            new Dictionary<string, object?> { ["name"] = "é\"", ["n"] = 3.0, ["half"] = 0.5, ["ok"] = true, ["none"] = null, ["list"] = new List<object?> { 1.0, "x" } },
            5.0,
        });
        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.Receiver.WaitForAsync(3, Token);

        Assert.Equal(["one", "{\"name\":\"é\\\"\",\"n\":3,\"half\":0.5,\"ok\":true,\"none\":null,\"list\":[1,\"x\"]}", "5"],
            Bench.Receiver.Messages.Select(message => Encoding.UTF8.GetString(message.Content.Span)));
    }

    [Fact]
    public async Task NumberOrBoolean_IsAnErrorAndNoMessage()
    {
        _returns.Enqueue(true);
        _returns.Enqueue("good");
        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(["good"], Bench.Receiver.Texts);
        Assert.Equal(1, Bench.Log.Count("returned a number or a boolean"));
    }

    [Fact]
    public async Task ScriptFails_PlaceIsLoggedButNotItsText()
    {
        var run = 0;
        Bench.Scripts.Run = (_, _) => ++run == 1 ? ScriptedCompiler.Fails() : ScriptedCompiler.Returns("good");
        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(1, Bench.Log.Count("error in test/script.js:3:5"));
        Assert.DoesNotContain("Jane", Bench.Log.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StateChanges_GoWithTheFirstMessage_AndWaitForOneWhenThereIsNone()
    {
        var run = 0;
        Bench.Scripts.Run = (scope, _) =>
        {
            run++;
            scope.StateChanges.Add(new StateChange(StateChangeKind.MapPut, "cursor", (double)run));
            scope.StateChanges.Add(new StateChange(StateChangeKind.MapPut, $"run{run}", true));
            return ScriptedCompiler.Returns(run < 3 ? null : new List<object?> { "a", "b" });
        };
        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.Receiver.WaitForAsync(2, Token);

        var changes = Bench.Receiver.Messages[0].StateChanges;
        Assert.Equal(["cursor", "run1", "run2", "run3"], changes.Select(change => change.Key).Order());
        Assert.Equal(3.0, changes.Single(change => change.Key == "cursor").Value);
        Assert.Empty(Bench.Receiver.Messages[1].StateChanges);
    }

    [Fact]
    public async Task NotStored_SameMessageAgainBeforeTheScriptRunsAgain()
    {
        var time = new FakeTimeProvider();
        using var bench = new Bench(time);
        var runs = 0;
        bench.Scripts.Run = (_, _) => ScriptedCompiler.Returns($"m{++runs}");
        bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(id < 3 ? CollectingReceiver.NotStored() : CollectingReceiver.Stored(id));
        await using var source = new JavaScriptSource(new JavaScriptSourceOptions { Script = Script, Interval = TimeSpan.FromHours(1) }, bench.Context);
        await source.StartAsync(bench.Receiver, Token);

        for (var i = 0; i < 100 && bench.Receiver.Messages.Count < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, Token);
        }

        Assert.Equal(["m1", "m1", "m1"], bench.Receiver.Texts);
        Assert.Equal(1, runs);
        await source.StopAsync(Token);
    }

    [Fact]
    public async Task AtStartOff_FirstRunIsAfterTheInterval()
    {
        var time = new FakeTimeProvider();
        using var bench = new Bench(time);
        bench.Scripts.Run = (_, _) => ScriptedCompiler.Returns("now");
        await using var source = new JavaScriptSource(new JavaScriptSourceOptions { Script = Script, Interval = TimeSpan.FromMinutes(1), AtStart = false }, bench.Context);
        await source.StartAsync(bench.Receiver, Token);

        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(2, Token);
        }

        Assert.Empty(bench.Receiver.Messages);
        for (var i = 0; i < 20 && bench.Receiver.Messages.Count == 0; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(2, Token);
        }

        await bench.Receiver.WaitForAsync(1, Token);
        await source.StopAsync(Token);
    }

    [Fact]
    public async Task ScriptCannotBeRead_StartSaysWhere()
    {
        Bench.Scripts.Problem = new ScriptCompileException([new ScriptProblem("clinic/test/read.js", 2, 7, "unexpected token", null)]);

        var e = await Assert.ThrowsAsync<ConnectorException>(() => Source.StartAsync(Bench.Receiver, Token));

        Assert.Contains("clinic/test/read.js:2:7", e.Message, StringComparison.Ordinal);
    }
}
