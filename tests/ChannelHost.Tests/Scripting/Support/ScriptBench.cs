using System.Text;
using ChannelHost.Scripting;

namespace ChannelHost.Tests.Scripting.Support;

/// <summary>A channel's script environment with real maps, and what tests ask of it in one line.</summary>
internal sealed class ScriptBench
{
    public const string Message =
        "MSH|^~\\&|APP|FAC|RAPP|RFAC|20240101120000||ADT^A01|MSG1|P|2.5\r"
        + "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M\r"
        + "PV1|1|I\r";

    private readonly ScriptCompiler _compiler = new();

    public ScriptLimits Limits { get; init; } = new() { Time = TimeSpan.FromSeconds(5) };

    public VariableMap GlobalMap { get; } = new();

    public VariableMap GlobalChannelMap { get; } = new();

    public Dictionary<string, string> Configuration { get; } = [];

    public List<(string Level, string Text, string Script)> Log { get; } = [];

    public List<ScriptFile> Library { get; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IChannelRouter Router { get; init; } = new AnsweringRouter();

    public Compatibility Compatibility { get; init; }

    public static ScriptStep Step(ScriptKind kind, string text, string name = "script.js") => new(kind, new ScriptFile(name, text));

    public static ScriptScope Scope(string content = Message, IMessageCodec? inbound = null, IMessageCodec? outbound = null, DestinationSelection? destinations = null) => new()
    {
        Connector = "source",
        MessageId = 7,
        Content = Encoding.UTF8.GetBytes(content),
        Inbound = inbound ?? new PipeCodec(),
        Outbound = outbound ?? inbound ?? new PipeCodec(),
        Maps = new MessageMaps { Source = new Dictionary<string, object?> { ["peer"] = "127.0.0.1", ["n"] = 3.0 } },
        Destinations = destinations,
    };

    /// <summary>What a test wants otherwise in the environment.</summary>
    public Func<ScriptEnvironment, ScriptEnvironment> With { get; init; } = static environment => environment;

    public IScriptUnit Compile(params ScriptStep[] steps) => _compiler.Compile(steps, With(new ScriptEnvironment
    {
        Channel = "clinic/test",
        Library = Library,
        Compatibility = Compatibility,
        Limits = Limits,
        GlobalMap = GlobalMap,
        GlobalChannelMap = GlobalChannelMap,
        ConfigurationMap = Configuration,
        Log = (level, text, script) => Log.Add((level, text, script)),
        Router = Router,
        Time = Time,
    }));

    public ScriptResult Run(ScriptScope scope, params ScriptStep[] steps) => Compile(steps).Run(scope, TestContext.Current.CancellationToken);

    /// <summary>Runs one transformer on the usual message and gives the message after it.</summary>
    public string Transform(string script, string content = Message, IMessageCodec? codec = null)
    {
        var result = Run(Scope(content, codec), Step(ScriptKind.Transformer, script));
        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        return Text(result);
    }

    /// <summary>The value of an expression on the usual message.</summary>
    public object? Value(string expression, string content = Message, IMessageCodec? codec = null)
    {
        var result = Run(Scope(content, codec), Step(ScriptKind.Writer, $"return ({expression});"));
        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        return result.Value;
    }

    /// <summary>The error of a transformer that must fail.</summary>
    public ScriptError Fail(string script, ScriptKind kind = ScriptKind.Transformer)
    {
        var result = Run(Scope(), Step(kind, script));
        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.NotNull(result.Error);
        return result.Error;
    }

    public static string Text(ScriptResult result) => Encoding.UTF8.GetString(result.Content.Span);

    /// <summary>A router whose channels answer with their name and what they got.</summary>
    internal sealed class AnsweringRouter : IChannelRouter
    {
        public async ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken)
        {
            switch (channel)
            {
                case "nowhere":
                    return null;
                case "never":
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return null;
                default:
                    await Task.Yield();
                    var answer = Encoding.UTF8.GetBytes($"{channel} got {Encoding.UTF8.GetString(message.Content.Span)} from {from}");
                    return new SourceResponse(1, true, MessageStatus.Sent, answer, null);
            }
        }
    }
}
