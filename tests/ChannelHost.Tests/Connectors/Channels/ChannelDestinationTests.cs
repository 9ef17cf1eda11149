using ChannelHost.Connectors.Channels;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Channels;

public sealed class ChannelDestinationTests : DestinationConnectorContract
{
    private ChannelDestination? _destination;

    public ChannelDestinationTests() => Bench.Router.Answer = _ => null;

    private ChannelDestinationOptions Options { get; set; } = new() { Channel = "archive" };

    private protected override IDestination Destination => _destination ??= new ChannelDestination(Options, Bench.Context);

    private protected override IReadOnlyList<byte[]> Arrived => [.. Bench.Router.Routed.Skip(_missed).Select(routed => routed.Message.Content.ToArray())];

    private int _missed;

    private protected override Task PartnerUpAsync()
    {
        _missed = Bench.Router.Routed.Count;
        Bench.Router.Answer = _ => new SourceResponse(7, true, MessageStatus.Sent, "ACK"u8.ToArray(), null);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task SourceMap_TellsWhereItCameFromAndCarriesVariables()
    {
        Options = Options with { Variables = ["mrn", "count", "list", "absent"] };
        await PartnerUpAsync();
        var maps = new MessageMaps { Source = new Dictionary<string, object?> { ["mrn"] = "from source" } };
        maps.Channel.Put("mrn", "4711");
        maps.Channel.Put("count", 3.0);
        maps.Channel.Put("list", new List<object?> { 1.0 });

        var response = await Destination.SendAsync(
            Bench.Outgoing("one"u8.ToArray(), id: 12, maps: maps, variables: new Dictionary<string, string> { ["list"] = "[1]" }), Token);

        var (channel, from, message) = Assert.Single(Bench.Router.Routed);
        Assert.Equal(("archive", "clinic/test"), (channel, from));
        Assert.Equal("clinic/test", message.SourceMap["sourceChannel"]);
        Assert.Equal(12.0, message.SourceMap["sourceMessageId"]);
        Assert.Equal("4711", message.SourceMap["mrn"]);
        Assert.Equal(3.0, message.SourceMap["count"]);
        Assert.Equal("[1]", message.SourceMap["list"]);
        Assert.Null(message.SourceMap["absent"]);
        Assert.Equal("ACK"u8.ToArray(), response.Content.ToArray());
    }

    [Fact]
    public async Task MessageThatCameFromAChannel_CarriesItsWholeWay()
    {
        await PartnerUpAsync();
        var maps = new MessageMaps { Source = new Dictionary<string, object?> { ["sourceChannelId"] = "first", ["sourceMessageId"] = 3.0 } };

        await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), id: 12, maps: maps), Token);
        var once = Bench.Router.Routed[^1].Message.SourceMap;
        await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), id: 13, maps: new MessageMaps { Source = once }), Token);
        var twice = Bench.Router.Routed[^1].Message.SourceMap;

        Assert.Equal("clinic/test", once["sourceChannelId"]);
        Assert.Equal(["first", "clinic/test"], (IEnumerable<object?>)once["sourceChannelIds"]!);
        Assert.Equal(["first", "clinic/test", "clinic/test"], (IEnumerable<object?>)twice["sourceChannelIds"]!);
        Assert.Equal([3.0, 12.0, 13.0], (IEnumerable<object?>)twice["sourceMessageIds"]!);
    }

    [Fact]
    public async Task ChannelNone_IsSentToNobody()
    {
        Options = Options with { Channel = "none" };
        await PartnerUpAsync();

        var response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Empty(Bench.Router.Routed);
    }

    [Fact]
    public async Task RoundAndRound_EndsInAnErrorAfterItsHops()
    {
        await PartnerUpAsync();
        var maps = new MessageMaps();
        Response response;
        var sent = 0;
        while ((response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), maps: maps), Token)).Status == MessageStatus.Sent)
        {
            maps = new MessageMaps { Source = Bench.Router.Routed[^1].Message.SourceMap };
            sent++;
        }

        Assert.Equal(16, sent);
        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains("circle", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherChannelCannotStore_IsTriedAgain()
    {
        Bench.Router.Answer = _ => new SourceResponse(0, false, MessageStatus.Error, null, "the disk is full");

        var response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("the disk is full", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherChannelStoredItButFailed_IsSentAllTheSame()
    {
        Bench.Router.Answer = _ => new SourceResponse(7, true, MessageStatus.Error, "AE"u8.ToArray(), "script error");

        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token)).Status);
    }
}
