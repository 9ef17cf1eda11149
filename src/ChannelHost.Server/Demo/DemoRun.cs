using ChannelHost.Server.Demo.Screen;
using ChannelHost.Server.Demo.Traffic;
using ChannelHost.Server.Hosting;
using Spectre.Console;

namespace ChannelHost.Server.Demo;

/// <summary>The stream and the screen of a demo, beside a host that is ready and the other side.</summary>
internal sealed class DemoRun
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(1);

    private readonly TrafficStream _stream;
    private readonly SnapshotReader _reader;
    private readonly LiveTable _table;
    private readonly TimeProvider _time;

    /// <summary>Puts it together.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="host">The host, ready.</param>
    /// <param name="otherSide">The partners that receive.</param>
    /// <param name="problems">What the host logs.</param>
    /// <param name="hints">What to try.</param>
    /// <param name="time">The clock.</param>
    public DemoRun(DemoSettings settings, HostProcess host, OtherSide otherSide, LastProblems problems, IReadOnlyList<string> hints, TimeProvider time)
    {
        _time = time;
        _table = new LiveTable(hints);
        var doors = new Doors(host.Engine.StatusOf, otherSide.PatientLists);
        _stream = new TrafficStream(new InventedClinic(settings.Seed, settings.WithFaults, time), doors, settings.Rate, settings.Seed, time);
        _reader = new SnapshotReader(host.Engine.Status, problems, otherSide.All, _stream.Figures, time);
    }

    /// <summary>Sends and shows until cancelled; then no sender is left.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="portalKey">The key by which the web portal is known.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Terminal terminal, string portalKey, CancellationToken cancellationToken)
    {
        var streaming = _stream.RunAsync(portalKey, cancellationToken);
        if (terminal.HasColours)
        {
            var console = terminal.Tables;
            await console.Live(_table.Draw(_reader.Read(), console.Profile.Width, console.Profile.Height)).Overflow(VerticalOverflow.Crop).StartAsync(live => ShowAsync(
                snapshot =>
                {
                    live.UpdateTarget(_table.Draw(snapshot, console.Profile.Width, console.Profile.Height));
                    live.Refresh();
                },
                cancellationToken));
        }
        else
        {
            await ShowAsync(new PlainLines(terminal.Output).Write, cancellationToken);
        }

        await streaming;
    }

    /// <summary>What it came to.</summary>
    public DemoSnapshot Result() => _reader.Read();

    private async Task ShowAsync(Action<DemoSnapshot> show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Redraw, _time);
        try
        {
            do
            {
                show(_reader.Read());
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }
}
