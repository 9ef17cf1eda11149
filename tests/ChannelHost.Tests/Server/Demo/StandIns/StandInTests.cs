using System.Net;
using System.Net.Sockets;
using System.Text;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Server.Demo.StandIns;
using ChannelHost.Server.Sending;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Server.Demo.StandIns;

/// <summary>The stand-ins over real sockets.</summary>
public sealed class StandInTests
{
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("MSH|^~\\&|A|B|C|D|20260101||ADT^A04|M1|P|2.5.1\rPID|1||10001\r");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mllp_AcknowledgesAndCounts()
    {
        var address = FreeAddress();
        await using var standIn = new MllpStandIn("ehr", address, Well(), TimeProvider.System);

        await using var client = await ConnectAsync(address);
        var first = await client.ExchangeAsync(Message, Token);
        var second = await client.ExchangeAsync(Message, Token);

        Assert.Equal("AA", Er7Text.Field(first.Span, "MSA"u8, 1));
        Assert.Equal("M1", Er7Text.Field(second.Span, "MSA"u8, 2));
        Assert.Equal(new StandInView("ehr", $"mllp {address}", 2, 0, "up", true), standIn.View());
    }

    [Fact]
    public async Task Mllp_WhileDown_NobodyListens_AndItComesBack()
    {
        var clock = new FakeTimeProvider();
        var address = FreeAddress();
        await using var standIn = new MllpStandIn("ehr", address, new Moods(areOn: true, 1, TimeSpan.FromMinutes(1), clock), clock);
        await (await ConnectAsync(address)).DisposeAsync();

        clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(clock, async () => !await ListensAsync(address));
        Assert.False(standIn.View().IsWell);

        clock.Advance(Moods.Down);
        await UntilAsync(clock, () => ListensAsync(address));
        Assert.True(standIn.View().IsWell);
    }

    [Fact]
    public async Task Mllp_PortTaken_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var standIn = new MllpStandIn("ehr", (IPEndPoint)taken.LocalEndpoint, Well(), TimeProvider.System);

        await UntilAsync(null, () => Task.FromResult(standIn.View().State.Contains("taken", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Http_TakesWhatComes_AndAnswers503WhileDown()
    {
        var clock = new FakeTimeProvider();
        var url = $"http://{FreeAddress()}";
        await using var standIn = await HttpStandIn.StartAsync("scheduling", url, new Moods(areOn: true, seed: 3, TimeSpan.FromMinutes(1), clock), clock, Token);
        using var http = new HttpClient();

        using var taken = await http.PutAsync(new Uri($"{url}/appointments/1"), new ByteArrayContent(Message), Token);
        clock.Advance(TimeSpan.FromMinutes(1));
        using var refused = await http.PutAsync(new Uri($"{url}/appointments/1"), new ByteArrayContent(Message), Token);

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter?.Delta);
        Assert.Equal((1, 1), (standIn.View().Arrived, standIn.View().Refused));
    }

    [Fact]
    public async Task Http_PortTaken_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        await using var standIn = await HttpStandIn.StartAsync("scheduling", $"http://{taken.LocalEndpoint}", Well(), TimeProvider.System, Token);

        Assert.False(standIn.View().IsWell);
    }

    private static Moods Well() => new(areOn: false, seed: 1, TimeSpan.Zero, TimeProvider.System);

    private static async Task<MllpClient> ConnectAsync(IPEndPoint address)
    {
        await UntilAsync(null, () => ListensAsync(address));
        return await MllpClient.ConnectAsync(address.Address.ToString(), address.Port, new MllpClientOptions(), Token);
    }

    private static async Task<bool> ListensAsync(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Nothing signals that a port is open or closed: it is looked for, with a deadline.
    private static async Task UntilAsync(FakeTimeProvider? clock, Func<Task<bool>> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            clock?.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
        }
    }

    private static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
