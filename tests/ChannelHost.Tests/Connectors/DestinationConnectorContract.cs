using System.Text;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors;

/// <summary>What every destination promises (<see cref="IDestination"/>). A destination's tests inherit it.</summary>
public abstract class DestinationConnectorContract : IAsyncDisposable
{
    private const string Secret = "DOE^JANE";

    private protected Bench Bench { get; } = new();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The destination, ready to start. Its partner is not up yet.</summary>
    private protected abstract IDestination Destination { get; }

    /// <summary>Brings the partner up.</summary>
    private protected abstract Task PartnerUpAsync();

    /// <summary>What the partner has got, in order.</summary>
    private protected abstract IReadOnlyList<byte[]> Arrived { get; }

    /// <summary>True when an attempt while the partner is away cannot have reached it.</summary>
    private protected virtual bool IsCertainWhenAway => true;

    /// <summary>A message that this destination can send; each id makes another.</summary>
    private protected virtual OutgoingMessage Message(string content, long id) =>
        Bench.Outgoing(Encoding.Latin1.GetBytes(content), id, variables: new Dictionary<string, string> { ["controlId"] = $"C{id}" });

    [Fact]
    public async Task PartnerUp_MessageArrivesByteForByteAndIsSent()
    {
        await Destination.StartAsync(Token);
        await PartnerUpAsync();

        var response = await Destination.SendAsync(Message("MSH|^~\\&|é\rPID|1\r", 1), Token);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Null(response.Error);
        Assert.Equal(Encoding.Latin1.GetBytes("MSH|^~\\&|é\rPID|1\r"), Assert.Single(Arrived));
    }

    [Fact]
    public async Task SeveralMessages_ArriveInOrder()
    {
        await Destination.StartAsync(Token);
        await PartnerUpAsync();

        for (var id = 1; id <= 20; id++)
        {
            Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message($"MSH|{id}", id), Token)).Status);
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(id => $"MSH|{id}"), Arrived.Select(Encoding.Latin1.GetString));
    }

    [Fact]
    public async Task PartnerAway_IsTriedAgainAndWorksOnceItIsBack()
    {
        await Destination.StartAsync(Token);

        var away = await Destination.SendAsync(Message($"MSH|{Secret}", 1), Token);
        await PartnerUpAsync();
        var back = await Destination.SendAsync(Message($"MSH|{Secret}", 1), Token);

        Assert.Equal(MessageStatus.Queued, away.Status);
        Assert.Equal(IsCertainWhenAway, !away.IsUncertain);
        Assert.NotEmpty(away.StatusMessage);
        Assert.DoesNotContain(Secret, away.StatusMessage + away.Error, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, back.Status);
        Assert.Single(Arrived);
    }

    [Fact]
    public async Task AlreadyCancelled_ThrowsAndNothingArrives()
    {
        await Destination.StartAsync(Token);
        await PartnerUpAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Destination.SendAsync(Message("MSH|1", 1), new CancellationToken(true)));

        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message("MSH|2", 2), Token)).Status);
        Assert.Single(Arrived);
    }

    [Fact]
    public async Task Stopped_CanBeDisposed()
    {
        await Destination.StartAsync(Token);
        await PartnerUpAsync();
        await Destination.SendAsync(Message("MSH|1", 1), Token);

        await Destination.StopAsync(Token);
        await Destination.DisposeAsync();

        Assert.DoesNotContain("MSH|", Bench.Log.Everything, StringComparison.Ordinal);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Destination.DisposeAsync();
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }
}
