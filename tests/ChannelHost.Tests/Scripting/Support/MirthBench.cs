using System.Text;
using ChannelHost.DataTypes;

namespace ChannelHost.Tests.Scripting.Support;

/// <summary>Scripts of an imported channel: with the reference's behaviour, destinations, data types of the real kind and a message that has parts.</summary>
internal sealed class MirthBench
{
    private static readonly (string Name, int Id)[] Destinations = [("Destination 1", 1), ("Destination 2", 2)];

    public MirthBench(Func<ScriptEnvironment, ScriptEnvironment>? with = null, Compatibility compatibility = Compatibility.Mirth, TimeProvider? time = null)
    {
        Bench = new ScriptBench
        {
            Time = time ?? TimeProvider.System,
            With = environment => (with ?? (same => same))(environment with
            {
                ChannelId = "c0ffee00-0000-4000-8000-000000000001",
                Compatibility = compatibility,
                Destinations = Destinations,
                DataTypes = DataTypeCatalog.All,
                Alert = Alerts.Add,
            }),
        };
    }

    public ScriptBench Bench { get; }

    public List<string> Alerts { get; } = [];

    public static ScriptScope Scope(
        string content = ScriptBench.Message,
        int connector = 0,
        IMessageCodec? codec = null,
        MessageMaps? maps = null,
        IAttachments? attachments = null,
        string? template = null,
        IReadOnlyDictionary<string, object?>? variables = null,
        TextReader? reader = null,
        MessageSnapshot? snapshot = null) => new()
        {
            Connector = connector == 0 ? "source" : $"Destination {connector}",
            ConnectorId = connector,
            MessageId = 7,
            Content = Encoding.UTF8.GetBytes(content),
            Inbound = codec ?? new PipeCodec(),
            Outbound = codec ?? new PipeCodec(),
            Maps = maps ?? new MessageMaps { Source = new Dictionary<string, object?> { ["peer"] = "127.0.0.1" } },
            Destinations = connector == 0 ? new DestinationSelection(["Destination 1", "Destination 2"]) : null,
            Attachments = attachments,
            Template = template,
            Reader = reader,
            Variables = variables ?? new Dictionary<string, object?>(),
            Snapshot = () => snapshot ?? Snapshot(),
        };

    public static MessageSnapshot Snapshot(params ConnectorSnapshot[] connectors) => new()
    {
        MessageId = 7,
        ChannelId = "c0ffee00-0000-4000-8000-000000000001",
        ChannelName = "clinic/test",
        ReceivedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        Connectors = connectors.Length > 0 ? connectors :
        [
            new ConnectorSnapshot { Id = 0, Name = "source", Status = MessageStatus.Transformed, Raw = "raw text", Encoded = "encoded text", DataType = "hl7v2" },
            new ConnectorSnapshot { Id = 1, Name = "Destination 1", Status = MessageStatus.Sent, Raw = "encoded text", Response = Response.Sent("it worked", "ACK"u8.ToArray()), Attempts = 2 },
        ],
    };

    public ScriptResult Run(ScriptKind kind, string script, ScriptScope? scope = null) => Bench.Run(scope ?? Scope(), ScriptBench.Step(kind, script));

    /// <summary>What a script puts into the channel map under <c>out</c>, as text. It runs as a filter's transformer of the source.</summary>
    public object? Out(string script, ScriptKind kind = ScriptKind.Transformer, ScriptScope? scope = null)
    {
        scope ??= Scope();
        var result = Run(kind, script, scope);
        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        return scope.Maps.Channel.Values.GetValueOrDefault("out");
    }

    /// <summary>The text of an expression.</summary>
    public string Text(string expression, ScriptScope? scope = null) => (string)Out($"channelMap.put('out', String({expression}));", ScriptKind.Transformer, scope)!;

    /// <summary>The error of a script that must fail.</summary>
    public ScriptError Fail(string script, ScriptKind kind = ScriptKind.Transformer, ScriptScope? scope = null)
    {
        var result = Run(kind, script, scope);
        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        return result.Error!;
    }
}
