using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>Senders that misbehave in numbers: without end, without haste, without manners. Who behaves is served beside them, and nothing of them stays.</summary>
public sealed class CrowdTests : IDisposable
{
    private const string Channel = "clinic/crowd";
    private static readonly IPEndPoint None = new(IPAddress.Loopback, 0);

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)]
    [Trait("Row", "F31")]
    public async Task GigabyteWithoutEnd_IsClosedAtTheLimitAndOthersAreServed()
    {
        const long Gigabyte = 1L << 30;
        WriteChannel("maximumFrame: 50MB");
        var control = new ControlChannel(_folder);
        control.Write();
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await control.MeasureAsync(TimeSpan.FromSeconds(3), Token);
        var before = await control.MeasureAsync(TimeSpan.FromSeconds(10), Token);
        var quiet = ProcessReading.Of(host.ProcessId);

        using var flooded = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var measuring = control.MeasureUntilAsync(flooded.Token, Token);
        var (sent, closed) = (0L, 0);
        for (; sent < Gigabyte; closed++)
        {
            var taken = await SendWithoutEndAsync(Gigabyte);
            Assert.InRange(taken, 50 << 20, 120 << 20);
            sent += taken;
        }

        await flooded.CancelAsync();
        var during = await measuring;
        var after = ProcessReading.Of(host.ProcessId);
        var limits = (await host.ChannelAsync(Channel, Token)).Figures.LimitsHit;
        Tell($"{sent >> 20} MB in frames without end, {closed} connections closed at 50 MB; peak {quiet.PeakMegabytes:0} MB before, {after.PeakMegabytes:0} MB after");
        Assert.Equal(closed, limits["frame-size"]);
        Assert.Contains("larger than", host.Output, StringComparison.Ordinal);
        Assert.True(after.PeakMegabytes - quiet.PeakMegabytes <= 100, $"memory grew from {quiet.PeakMegabytes:0} to {after.PeakMegabytes:0} MB");
        Assert.Empty(await host.MessagesAsync(Channel, Token));
        during.AssertAsBefore(before);
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F32")]
    public async Task ThousandsOfSlowIdleAndStalledSenders_TheOneWhoBehavesIsServed()
    {
        const int Slow = 1_000;
        const int Idle = 1_000;
        const int Stalled = 500;
        using var certificates = new TestCertificates(_folder.Files("certificates"));
        var (certificate, key) = certificates.Issue("host");
        var secure = HostFolder.FreePort();
        WriteChannel("connections: 4000, idleTimeout: 50s");
        _folder.WriteChannel("clinic/secure", $"source: {{ type: mllp, listen: 127.0.0.1:{secure}, connections: 4000, tls: {{ certificate: {certificate}, key: {key} }} }}\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var probe = new IntakeProbe(_listen);
        await probe.MeasureAsync(TimeSpan.FromSeconds(3), Token);
        var before = await probe.MeasureAsync(TimeSpan.FromSeconds(10), Token);
        var quiet = ProcessReading.Of(host.ProcessId);

        var crowd = new List<Socket>();
        try
        {
            await ConnectAsync(crowd, Slow, _listen, [0x0B]);
            await ConnectAsync(crowd, Idle, _listen, []);
            await ConnectAsync(crowd, Stalled, secure, [0x16, 0x03, 0x01]);
            await host.UntilAsync("holding all of them", () => Task.FromResult(ProcessReading.Of(host.ProcessId).Descriptors >= quiet.Descriptors + Slow + Idle), Token);
            using var trickled = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var trickling = TrickleAsync(crowd[..Slow], trickled.Token);
            var crowded = ProcessReading.Of(host.ProcessId);
            var during = await probe.MeasureAsync(TimeSpan.FromSeconds(15), Token);
            var threads = Math.Max(crowded.Threads, ProcessReading.Of(host.ProcessId).Threads);

            // 30 s for a message that was begun, 50 s of silence, 10 s for a handshake: then all are closed, without a word of theirs.
            await host.UntilAsync("rid of them", () => Task.FromResult(ProcessReading.Of(host.ProcessId).Descriptors <= quiet.Descriptors + 16), Token, TimeSpan.FromSeconds(120));
            await trickled.CancelAsync();
            await trickling;
            var (limits, handshakes) = ((await host.ChannelAsync(Channel, Token)).Figures.LimitsHit, (await host.ChannelAsync("clinic/secure", Token)).Figures.LimitsHit);
            Tell($"{Slow} slow, {Idle} idle, {Stalled} in the handshake: {threads} threads ({quiet.Threads} before), {crowded.ResidentMegabytes:0} MB ({quiet.ResidentMegabytes:0}); closed at their deadlines: {limits["receive-timeout"]}, {limits["idle"]}, {handshakes["handshake"]}");
            Assert.Equal((Slow, Idle, Stalled), (limits["receive-timeout"], limits["idle"], handshakes["handshake"]));

            // The pool takes a few more when 2,500 connections come and go at once. A thread a connection would be another thing.
            Assert.True(threads <= quiet.Threads + 64, $"{quiet.Threads} threads before, {threads} with the crowd");
            during.AssertAsBefore(before);
        }
        finally
        {
            crowd.ForEach(socket => socket.Dispose());
        }
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F33")]
    public async Task TurnedAwayTenThousandTimesThenAStormOfResets_NothingIsLeftBehind()
    {
        const int Limit = 10;
        const int TurnedAway = 10_000;
        var storm = TimeSpan.FromSeconds(30);
        WriteChannel($"connections: {Limit}");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new IntakeProbe(_listen, Limit).MeasureAsync(TimeSpan.FromSeconds(5), Token);
        await host.UntilAsync("alone", async () => (await host.ChannelAsync(Channel, Token)).Figures.Connections == 0, Token);
        var idle = await LoadAsync(host, TimeSpan.FromSeconds(5));
        var quiet = ProcessReading.Of(host.ProcessId);

        var inside = new List<Socket>();
        await ConnectAsync(inside, Limit, _listen, []);
        await host.UntilAsync("full", async () => (await host.ChannelAsync(Channel, Token)).Figures.Connections == Limit, Token);
        await Parallel.ForAsync(0, TurnedAway, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (_, token) =>
        {
            using var refused = Open();
            await refused.ConnectAsync(IPAddress.Loopback, _listen, token);
            Assert.Equal(0, await ReadAsync(refused, token));
        });
        Assert.Equal(TurnedAway, (await host.ChannelAsync(Channel, Token)).Figures.LimitsHit["connections"]);
        inside.ForEach(socket => socket.Dispose());

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Token);
        ends.CancelAfter(storm);
        var resets = (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Reset(ends.Token), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)))).Sum();
        await host.UntilAsync("back to what it held before", () => Task.FromResult(ProcessReading.Of(host.ProcessId) is var now && now.Descriptors <= quiet.Descriptors + 8 && now.Threads <= quiet.Threads + 8), Token, TimeSpan.FromSeconds(60));
        var load = await LoadAsync(host, TimeSpan.FromSeconds(5));
        var after = ProcessReading.Of(host.ProcessId);
        Tell($"{TurnedAway} turned away, {resets} resets in {storm.TotalSeconds:0} s ({resets / storm.TotalSeconds:0}/s): {quiet.Descriptors} descriptors before, {after.Descriptors} after, {quiet.Threads} and {after.Threads} threads, {quiet.ResidentMegabytes:0} and {after.ResidentMegabytes:0} MB, {idle:P1} and {load:P1} of a processor");
        Assert.True(resets / storm.TotalSeconds >= 1_000, $"only {resets} resets came about");
        Assert.True(after.ResidentMegabytes <= quiet.ResidentMegabytes + 64, $"memory grew from {quiet.ResidentMegabytes:0} to {after.ResidentMegabytes:0} MB");
        Assert.True(load <= idle + 0.1, $"{load:P1} of a processor after {idle:P1}");
        await new IntakeProbe(_listen, Limit).MeasureAsync(TimeSpan.FromSeconds(2), Token);
    }

    /// <summary>Sends a frame that does not end, until the other side closes or so many bytes are sent. Gives how many bytes were.</summary>
    private async Task<long> SendWithoutEndAsync(long most)
    {
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'A');
        using var sender = Open();
        await sender.ConnectAsync(IPAddress.Loopback, _listen, Token);
        await sender.SendAsync("\u000BMSH|^~\\&|PMS|PRACTICE|EHR|CLINIC|20260102030405||ADT^A04|ENDLESS|P|2.5.1\r"u8.ToArray(), Token);
        for (var sent = 0L; sent < most; sent += piece.Length)
        {
            try
            {
                await sender.SendAsync(piece, Token);
            }
            catch (SocketException)
            {
                return sent;
            }
        }

        return most;
    }

    /// <summary>Connects and resets as fast as it goes. Gives how often.</summary>
    private int Reset(CancellationToken ends)
    {
        var target = new IPEndPoint(IPAddress.Loopback, _listen);
        var resets = 0;
        while (!ends.IsCancellationRequested)
        {
            using var socket = Open();
            socket.LingerState = new LingerOption(true, 0);
            try
            {
                socket.Connect(target);
                resets++;
            }
            catch (SocketException)
            {
                // The door is full for a moment.
            }
        }

        return resets;
    }

    private static async Task ConnectAsync(List<Socket> sockets, int count, int port, byte[] first)
    {
        for (var number = 0; number < count; number++)
        {
            var socket = Open();
            sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port, Token);
            if (first.Length > 0)
            {
                await socket.SendAsync(first, Token);
            }
        }
    }

    /// <summary>A byte on each, every ten seconds.</summary>
    private static async Task TrickleAsync(List<Socket> sockets, CancellationToken ends)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10));
            while (await timer.WaitForNextTickAsync(ends))
            {
                foreach (var socket in sockets.Where(socket => socket.Connected))
                {
                    await TrySendAsync(socket, ends);
                }
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private static async Task TrySendAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync("A"u8.ToArray(), cancellationToken);
        }
        catch (SocketException)
        {
            // Closed at its deadline, as it should be.
        }
    }

    private static async Task<int> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], cancellationToken);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>Which part of a processor the host uses with nothing to do.</summary>
    private static async Task<double> LoadAsync(RunningHost host, TimeSpan time)
    {
        var before = ProcessReading.Of(host.ProcessId).Processor;
        await Task.Delay(time, TimeProvider.System, Token);
        return (ProcessReading.Of(host.ProcessId).Processor - before) / time;
    }

    private static Socket Open() => new(None.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

    private void WriteChannel(string settings) => _folder.WriteChannel(Channel, $"source: {{ type: mllp, listen: 127.0.0.1:{_listen}, {settings} }}\n");

    private static void Tell(FormattableString what) => TestContext.Current.TestOutputHelper?.WriteLine(what.ToString(CultureInfo.InvariantCulture));
}
