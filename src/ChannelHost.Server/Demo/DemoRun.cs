using System.Net;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Demo.Screen;
using ChannelHost.Server.Demo.StandIns;
using ChannelHost.Server.Demo.Traffic;
using ChannelHost.Server.Hosting;
using Spectre.Console;

namespace ChannelHost.Server.Demo;

/// <summary>
/// A whole demo beside a host that runs: the other side, the stream, the screen. It ends in the order in which messages go: the senders first, then the
/// host, then those who receive.
/// </summary>
internal sealed class DemoRun : IAsyncDisposable
{
    private const int StreamSeedShift = 17;
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(1);

    private readonly DemoSettings _settings;
    private readonly HostProcess _host;
    private readonly TrafficStream _stream;
    private readonly SnapshotReader _reader;
    private readonly TimeProvider _time;

    /// <summary>Puts it together.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="host">The host, ready.</param>
    /// <param name="otherSide">The partners that receive.</param>
    /// <param name="problems">What the host logs.</param>
    /// <param name="time">The clock.</param>
    public DemoRun(DemoSettings settings, HostProcess host, OtherSide otherSide, LastProblems problems, TimeProvider time)
    {
        (_settings, _host, _time) = (settings, host, time);
        var doors = new Doors(host.Engine.StatusOf, otherSide.PatientLists);
        _stream = new TrafficStream(new InventedClinic(settings.Seed, settings.WithFaults, time), doors, settings.Rate, settings.Seed + StreamSeedShift, time);
        _reader = new SnapshotReader(host.Engine.Status, problems, otherSide.All, _stream.Figures, time);
    }
}
