using ChannelHost.Engine.Deployment;
using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Engine;

/// <summary>Scripts that run when channels come and go, channels that wait for others, and what scripts ask of channels.</summary>
public sealed class LifeTests : IAsyncDisposable
{
    private readonly EngineFixture _fixture = new();
    private readonly CollectingDestination _sink = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeployScript_RunsBeforeTheFirstMessage()
    {
        await _fixture.DeployAsync(Counting() with { DeployScript = Script("globalMap.put('n', 41);") });

        await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Contains("|n42^", Assert.Single(_sink.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeployScriptThatFails_KeepsTheChannelOut()
    {
        var outcome = await _fixture.Engine.DeployAsync(Counting() with { DeployScript = Script("throw new Error('no table');") }, Token);

        Assert.False(outcome.IsRunning);
        Assert.StartsWith("its deploy script failed: error in test/one/script.js:1", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(ChannelCondition.Failed, _fixture.Engine.StatusOf("test/one")!.Condition);
    }

    [Fact]
    public async Task DeployScriptOfAChangeFails_TheRunningVersionGoesOnAndIsMadeReadyAgain()
    {
        var running = Counting() with { DeployScript = Script("globalMap.put('n', 1);"), UndeployScript = Script("globalMap.put('n', 100);") };
        await _fixture.DeployAsync(running);

        var outcome = await _fixture.Engine.DeployAsync(running with { Version = "next", DeployScript = Script("throw new Error('no');") }, Token);
        await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.False(outcome.IsRunning);
        Assert.Equal(running.Version, _fixture.Engine.StatusOf("test/one")!.Version);
        Assert.Contains("|n2^", Assert.Single(_sink.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_UndeploysTheOldVersionBeforeTheNewOneComes()
    {
        var running = Counting() with { UndeployScript = Script("globalMap.put('n', 10);") };
        await _fixture.DeployAsync(running);

        await _fixture.DeployAsync(running with { Version = "next", DeployScript = Script("globalMap.put('n', globalMap.get('n') * 2);") });
        await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Contains("|n21^", Assert.Single(_sink.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceRefusesTheChange_TheRunningVersionsScriptsDidNotRun()
    {
        var running = Keeping();
        await _fixture.DeployAsync(running);
        await _fixture.SendAsync(EngineFixture.Adt("1"));

        var outcome = await _fixture.Engine.DeployAsync(
            running with { Version = "next", Source = running.Source with { Options = new PushOptions("b", TakesOver: true, Refused: true) } }, Token);
        await _fixture.SendAsync(EngineFixture.Adt("2"));

        Assert.Equal((false, "the certificate cannot be read"), (outcome.IsRunning, outcome.Reason));
        Assert.Equal(["deployed 1", "deployed 2"], _sink.Sent.Select(Name));
    }

    [Fact]
    public async Task DeployScriptOfAChangeFails_TheSourceGetsItsSettingsBackAndTheMapWhatItHeld()
    {
        var running = Keeping();
        await _fixture.DeployAsync(running);
        await _fixture.SendAsync(EngineFixture.Adt("1"));

        var outcome = await _fixture.Engine.DeployAsync(
            running with
            {
                Version = "next",
                DeployScript = Script("throw new Error('no');"),
                Source = running.Source with { Options = new PushOptions("b", TakesOver: true) },
            },
            Token);
        await _fixture.SendAsync(EngineFixture.Adt("2"));

        Assert.False(outcome.IsRunning);
        Assert.Equal("a", Assert.Single(_fixture.Connector.Sources).Options.Address);
        Assert.Equal(["deployed 1", "deployed undeployed deployed 2"], _sink.Sent.Select(Name));
    }

    [Fact]
    public async Task VersionThatMustStartAnewCannotBePrepared_TheRunningOneGoesOnUntouched()
    {
        var running = Keeping();
        await _fixture.DeployAsync(running);

        var outcome = await _fixture.Engine.DeployAsync(running with { Version = "next", Threads = 2, Transformer = Script("if (") }, Token);
        await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Equal("its scripts cannot be prepared", outcome.Reason);
        Assert.Equal(running.Version, _fixture.Engine.StatusOf("test/one")!.Version);
        Assert.Equal(["deployed 1"], _sink.Sent.Select(Name));
    }

    [Fact]
    public async Task BatchScriptCannotBePrepared_NoConnectorWasStarted()
    {
        var started = 0;
        _sink.Starting = () =>
        {
            started++;
            return Task.CompletedTask;
        };
        var channel = Counting();

        var outcome = await _fixture.Engine.DeployAsync(channel with { Source = channel.Source with { Batch = new BatchChoice(null) { Script = Script("if (") } } }, Token);

        Assert.Equal("its scripts cannot be prepared", outcome.Reason);
        Assert.Equal(0, started);
    }

    [Theory]
    [InlineData(Compatibility.Mirth, "nundefined", "nnull")]
    [InlineData(Compatibility.None, "n1", "n1")]
    public async Task Change_EmptiesTheGlobalChannelMapOnlyAsInTheReference(Compatibility compatibility, string name, string orName)
    {
        var channel = _fixture.Channel(_fixture.Destination("sink", _sink)) with { Compatibility = compatibility };
        await _fixture.DeployAsync(channel with { Transformer = Script("globalChannelMap.put('k', '1');") });
        await _fixture.SendAsync(EngineFixture.Adt("1"));

        await _fixture.DeployAsync(channel with { Version = "next", Transformer = Script("msg['PID']['PID.5']['PID.5.1'] = 'n' + globalChannelMap.get('k');") });
        await _fixture.SendAsync(EngineFixture.Adt("2"));

        Assert.Contains(Name(_sink.Sent[1]), new[] { name, orName });
    }

    [Fact]
    public async Task UndeployScriptThatFails_StopsNothing()
    {
        await _fixture.DeployAsync(Counting() with { UndeployScript = Script("throw new Error('no');") });

        await _fixture.Engine.UndeployAsync("test/one", Token);

        Assert.Null(_fixture.Engine.StatusOf("test/one"));
    }

    [Fact]
    public async Task GlobalScripts_RunOutsideOfChannelsAndShareTheGlobalMap()
    {
        var channel = Counting() with { Global = new GlobalScripts { Deploy = Script("globalMap.put('n', 6);"), Undeploy = Script("globalMap.put('n', globalMap.get('n') + 10);") } };

        Assert.Null(await _fixture.Engine.RunGlobalDeployAsync(channel, Token));
        await _fixture.DeployAsync(channel);
        await _fixture.SendAsync(EngineFixture.Adt("1"));
        await _fixture.Engine.UndeployAsync("test/one", Token);
        await _fixture.DeployAsync(channel);
        await _fixture.SendAsync(EngineFixture.Adt("2"));

        Assert.Equal(["n7", "n18"], _sink.Sent.Select(Name));
    }

    [Fact]
    public async Task GlobalDeployScriptThatFails_IsTold()
    {
        var channel = Counting() with { Global = new GlobalScripts { Deploy = Script("throw new Error('no');") } };

        Assert.StartsWith("error in test/one/script.js", await _fixture.Engine.RunGlobalDeployAsync(channel, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChannelThatDependsOnOneThatDoesNotRun_IsNotDeployedUntilItDoes()
    {
        var needed = Named("test/needed");
        var dependent = Named("test/dependent") with { DependsOn = ["test/needed"] };

        var outcome = await _fixture.Engine.DeployAsync(dependent, Token);
        Assert.Equal((false, "it depends on test/needed, which does not run"), (outcome.IsRunning, outcome.Reason));

        await _fixture.DeployAsync(needed);
        await _fixture.DeployAsync(dependent);
    }

    [Fact]
    public async Task NeededChannelGoes_ThoseThatDependOnItGoBeforeIt()
    {
        await _fixture.DeployAsync(Named("test/needed") with { UndeployScript = Script("globalMap.put('order', globalMap.get('order') + ' needed');") });
        await _fixture.DeployAsync(Named("test/dependent") with { DependsOn = ["test/needed"], UndeployScript = Script("globalMap.put('order', 'dependent');") });
        await _fixture.DeployAsync(Counting() with { Transformer = Script("msg['PID']['PID.5']['PID.5.1'] = globalMap.get('order');") });

        await _fixture.Engine.UndeployAsync("test/needed", Token);
        await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Equal("dependent needed", Name(Assert.Single(_sink.Sent)));
        var status = _fixture.Engine.StatusOf("test/dependent")!;
        Assert.Equal((ChannelCondition.Failed, "it depends on test/needed, which does not run"), (status.Condition, status.Reason));
    }

    [Fact]
    public async Task NeededChannelIsDisabled_ThoseThatDependOnItStop()
    {
        var needed = Named("test/needed");
        await _fixture.DeployAsync(needed);
        await _fixture.DeployAsync(Named("test/dependent") with { DependsOn = ["test/needed"] });

        await _fixture.Engine.DeployAsync(needed with { Version = "next", Enabled = false }, Token);

        var status = _fixture.Engine.StatusOf("test/dependent")!;
        Assert.Equal((ChannelCondition.Failed, "it depends on test/needed, which does not run"), (status.Condition, status.Reason));
    }

    [Fact]
    public async Task NeededChannelCanNeitherStartAnewNorComeBack_ThoseThatDependOnItStop()
    {
        var needed = Named("test/needed") with { DeployScript = Script("if (globalMap.get('wasUp')) throw new Error('no'); globalMap.put('wasUp', 'yes');") };
        await _fixture.DeployAsync(needed);
        await _fixture.DeployAsync(Named("test/dependent") with { DependsOn = ["test/needed"] });

        var outcome = await _fixture.Engine.DeployAsync(needed with { Version = "next", Threads = 2 }, Token);

        Assert.False(outcome.IsRunning);
        var status = _fixture.Engine.StatusOf("test/dependent")!;
        Assert.Equal((ChannelCondition.Failed, "it depends on test/needed, which does not run"), (status.Condition, status.Reason));
    }

    [Fact]
    public async Task RequestThatIsCancelledFromElsewhere_DoesNotKeepTheNextFromBeingCarriedOut()
    {
        await _fixture.DeployAsync(Counting());
        await using var directory = new ChannelDirectory(_fixture.Engine, NullLogger.Instance);
        Assert.True(directory.Request("test/one", ChannelRequest.Stop));
        await EngineFixture.UntilAsync(() => !directory.Channels[0].IsDeployed);
        var tries = 0;
        _sink.Starting = () => Interlocked.Increment(ref tries) == 1 ? throw new OperationCanceledException() : Task.CompletedTask;

        Assert.True(directory.Request("test/one", ChannelRequest.Start));
        Assert.True(directory.Request("test/one", ChannelRequest.Start));

        await EngineFixture.UntilAsync(() => directory.Channels[0].State == "started");
        Assert.Equal(2, tries);
    }

    [Fact]
    public void Tiers_PutWhatIsNeededFirst()
    {
        (string Name, string[] Needs)[] channels = [("c", ["b"]), ("b", ["a"]), ("a", []), ("d", []), ("x", ["y"]), ("y", ["x"])];

        var tiers = DeployOrder.Tiers(channels, channel => channel.Name, channel => channel.Needs);

        Assert.Equal(["a d", "b", "c", "x y"], tiers.Select(tier => string.Join(' ', tier.Select(channel => channel.Name))));
    }

    [Fact]
    public async Task ScriptsAskForAChannel_ItStopsPausesAndStarts()
    {
        await _fixture.DeployAsync(Counting() with { Id = "the-id" });
        await using var directory = new ChannelDirectory(_fixture.Engine, NullLogger.Instance);
        Assert.Equal(("the-id", "test/one", true, "started"), Entry());

        Assert.True(directory.Request("the-id", ChannelRequest.Pause));
        await EngineFixture.UntilAsync(() => Entry().State == "paused");
        Assert.True(_fixture.Connector.Sources[^1].IsStopped);

        Assert.True(directory.Request("test/one", ChannelRequest.Resume));
        await EngineFixture.UntilAsync(() => Entry().State == "started");
        Assert.False(_fixture.Connector.Sources[^1].IsStopped);

        Assert.True(directory.Request("test/one", ChannelRequest.Stop));
        await EngineFixture.UntilAsync(() => Entry() is { IsDeployed: false, State: "stopped" });

        Assert.True(directory.Request("test/one", ChannelRequest.Start));
        await EngineFixture.UntilAsync(() => Entry().State == "started");
        await _fixture.SendAsync(EngineFixture.Adt("1"));
        Assert.False(directory.Request("nobody", ChannelRequest.Stop));

        (string Id, string Name, bool IsDeployed, string State) Entry()
        {
            var entry = directory.Channels.Single(candidate => candidate.Name == "test/one");
            return (entry.Id, entry.Name, entry.IsDeployed, entry.State);
        }
    }

    [Fact]
    public async Task Router_FindsAChannelByItsId()
    {
        await _fixture.DeployAsync(Counting() with { Id = "the-id" });

        var response = await _fixture.Engine.RouteAsync("the-id", "other/channel", new IncomingMessage { Content = System.Text.Encoding.UTF8.GetBytes(EngineFixture.Adt("1")) }, Token);

        Assert.True(response!.IsStored);
    }

    [Fact]
    public async Task Router_FindsTheOnlyChannelOfATitle()
    {
        await _fixture.DeployAsync(Counting() with { Title = "Count Admissions" });

        var response = await _fixture.Engine.RouteAsync("Count Admissions", "other/channel", new IncomingMessage { Content = System.Text.Encoding.UTF8.GetBytes(EngineFixture.Adt("1")) }, Token);

        Assert.True(response!.IsStored);
    }

    [Theory]
    [InlineData("responseMap.put('answer', 'told');", "answer", "told", MessageStatus.Sent)]
    [InlineData("responseMap.put('answer', { status: 'ERROR', message: 'no' });", "answer", "no", MessageStatus.Error)]
    [InlineData("", "answer", "", MessageStatus.Sent)]
    [InlineData("", "sink", "collected answer", MessageStatus.Sent)]
    [InlineData("", "d1", "collected answer", MessageStatus.Sent)]
    public async Task AcknowledgeVariable_AnswersWithWhatStandsInTheResponseMap(string script, string key, string answer, MessageStatus status)
    {
        _sink.Answer = (_, _) => ValueTask.FromResult(Response.Sent("", System.Text.Encoding.UTF8.GetBytes("collected answer")));
        await _fixture.DeployAsync(_fixture.Channel(_fixture.Destination("sink", _sink)) with
        {
            Transformer = script.Length == 0 ? null : Script(script),
            Source = Source() with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.Variable, key) },
        });

        var response = await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Equal((answer, status), (EngineFixture.Text(response), response.Status));
    }

    [Theory]
    [InlineData(Compatibility.Mirth, "MSA|AE|")]
    [InlineData(Compatibility.None, "MSA|AA|")]
    public async Task MessageForNobody_IsAnErrorOnlyAsInTheReference(Compatibility compatibility, string acknowledgment)
    {
        await _fixture.DeployAsync(_fixture.Channel(_fixture.Destination("sink", _sink)) with { Compatibility = compatibility, Transformer = Script("destinationSet.removeAll();") });

        Assert.Contains(acknowledgment, EngineFixture.Text(await _fixture.SendAsync(EngineFixture.Adt("1"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GlobalPreAndPostprocessor_StandAroundTheChannelsOwn()
    {
        await _fixture.DeployAsync(_fixture.Channel(_fixture.Destination("sink", _sink)) with
        {
            Preprocessor = Script("return message.replace('G|', 'GC|');"),
            Postprocessor = Script("return 'own';"),
            Global = new GlobalScripts
            {
                Preprocessor = Script("return message.replace('Quill', 'G|');", "global/preprocess.js"),
                Postprocessor = Script("return response + ' global';", "global/postprocess.js"),
            },
            Source = Source() with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.Postprocess, null) },
        });

        var response = await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Contains("|GC|^Marta", Assert.Single(_sink.Sent), StringComparison.Ordinal);
        Assert.Equal("own global", EngineFixture.Text(response));
    }

    [Fact]
    public async Task MessageForSomeDestinations_GoesToTheseAlone()
    {
        var other = new CollectingDestination();
        await _fixture.DeployAsync(_fixture.Channel(_fixture.Destination("sink", _sink), _fixture.Destination("other", other) with { Id = 7 }));

        await _fixture.Receiver.ReceiveAsync(new IncomingMessage { Content = System.Text.Encoding.UTF8.GetBytes(EngineFixture.Adt("1")), Destinations = [7] }, Token);

        Assert.Empty(_sink.Attempts);
        Assert.Single(other.Sent);
    }

    /// <summary>Counts messages in globalMap and says so in the patient's name.</summary>
    private ChannelDefinition Counting() => _fixture.Channel(_fixture.Destination("sink", _sink)) with
    {
        Transformer = Script("globalMap.put('n', globalMap.get('n') + 1); msg['PID']['PID.5']['PID.5.1'] = 'n' + globalMap.get('n');"),
    };

    /// <summary>Its messages tell which of its scripts ran before them, and how many came since <c>globalChannelMap</c> was emptied.</summary>
    private ChannelDefinition Keeping()
    {
        var channel = _fixture.Channel(_fixture.Destination("sink", _sink)) with
        {
            Compatibility = Compatibility.Mirth,
            DeployScript = Script("globalMap.put('ran', (globalMap.get('ran') ? globalMap.get('ran') + ' ' : '') + 'deployed');"),
            UndeployScript = Script("globalMap.put('ran', globalMap.get('ran') + ' undeployed');"),
            Transformer = Script(
                "globalChannelMap.put('k', (globalChannelMap.get('k') || 0) + 1);"
                + "msg['PID']['PID.5']['PID.5.1'] = globalMap.get('ran') + ' ' + Math.round(globalChannelMap.get('k'));"),
        };
        return channel with { Source = channel.Source with { Options = new PushOptions(TakesOver: true) } };
    }

    private ChannelDefinition Named(string name) => _fixture.Channel() with { Name = name };

    private SourceDefinition Source() => new() { Connector = _fixture.Connector, Options = new PushOptions(), DataType = EngineFixture.Type("hl7v2") };

    private static string Name(string message) => message.Split("MR||")[^1].Split('^')[0];

    private static ScriptFile Script(string text, string name = "test/one/script.js") => EngineFixture.Script(text, name);
}
