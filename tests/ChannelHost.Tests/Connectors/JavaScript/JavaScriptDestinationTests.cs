using System.Text;
using ChannelHost.Connectors.JavaScript;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.JavaScript;

public sealed class JavaScriptDestinationTests : DestinationConnectorContract
{
    private readonly List<byte[]> _arrived = [];
    private JavaScriptDestination? _destination;

    // Until the partner is up, the script finds that what it needs is away.
    public JavaScriptDestinationTests() => Bench.Scripts.Run = (_, _) => ScriptedCompiler.Returns(new Dictionary<string, object?>
    {
        ["status"] = "QUEUED",
        ["statusMessage"] = "the pharmacy does not answer",
    });

    private protected override IDestination Destination =>
        _destination ??= new JavaScriptDestination(new JavaScriptDestinationOptions { Script = new ScriptFile("clinic/test/write.js", "") }, Bench.Context);

    private protected override IReadOnlyList<byte[]> Arrived => _arrived;

    // A script that asks for another attempt may have done half of its work: that is uncertain, unlike a refused connection.
    private protected override bool IsCertainWhenAway => false;

    private protected override Task PartnerUpAsync()
    {
        Bench.Scripts.Run = (scope, _) =>
        {
            _arrived.Add(scope.Content.ToArray());
            return ScriptedCompiler.Returns(null);
        };
        return Task.CompletedTask;
    }

    public static TheoryData<object?, MessageStatus, string> Values => new()
    {
        { null, MessageStatus.Sent, "" },
        { true, MessageStatus.Sent, "" },
        { 1.0, MessageStatus.Sent, "" },
        { "SENT", MessageStatus.Sent, "" },
        { "QUEUED", MessageStatus.Queued, "" },
        { "ERROR", MessageStatus.Error, "" },
        { "any text", MessageStatus.Sent, "any text" },
        { new Dictionary<string, object?> { ["status"] = "SENT", ["message"] = "ack" }, MessageStatus.Sent, "ack" },
        { new Dictionary<string, object?> { ["status"] = "ERROR", ["message"] = "nack", ["error"] = "why" }, MessageStatus.Error, "nack" },
        { new Dictionary<string, object?> { ["status"] = "QUEUED" }, MessageStatus.Queued, "" },
        { new Dictionary<string, object?> { ["status"] = "NONSENSE" }, MessageStatus.Error, "" },
        { new Dictionary<string, object?> { ["id"] = 5.0 }, MessageStatus.Sent, "{\"id\":5}" },
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public async Task ReturnedValue_SaysWhatBecameOfIt(object? value, MessageStatus status, string content)
    {
        await Destination.StartAsync(Token);
        Bench.Scripts.Run = (_, _) => ScriptedCompiler.Returns(value);

        var response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(status, response.Status);
        Assert.Equal(content, Encoding.UTF8.GetString(response.Content.Span));
        Assert.Equal(status == MessageStatus.Sent, response.Error is null);
    }

    [Fact]
    public async Task ScriptFails_IsAnErrorWithItsPlace_AndChangesAreRecorded()
    {
        await Destination.StartAsync(Token);
        Bench.Scripts.Run = (scope, _) =>
        {
            scope.StateChanges.Add(new StateChange(StateChangeKind.MapPut, "seen", 1.0));
            return ScriptedCompiler.Fails();
        };
        var message = Bench.Outgoing("one"u8.ToArray());

        var response = await Destination.SendAsync(message, Token);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains("test/script.js:3:5", response.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("Jane", response.StatusMessage, StringComparison.Ordinal);
        Assert.Contains("Jane", response.Error, StringComparison.Ordinal);
        Assert.Equal("seen", Assert.Single(message.StateChanges).Key);
    }

    [Fact]
    public async Task Scope_HasTheMessagesMapsAndId()
    {
        await Destination.StartAsync(Token);
        ScriptScope? seen = null;
        Bench.Scripts.Run = (scope, _) =>
        {
            seen = scope;
            return ScriptedCompiler.Returns(null);
        };
        var message = Bench.Outgoing("one"u8.ToArray(), id: 42);

        await Destination.SendAsync(message, Token);

        Assert.Same(message.Maps, seen!.Maps);
        Assert.Equal((42L, "next"), (seen.MessageId, seen.Connector));
        Assert.Equal(ScriptKind.Writer, Assert.Single(Bench.Scripts.Compiled).Kind);
    }
}
