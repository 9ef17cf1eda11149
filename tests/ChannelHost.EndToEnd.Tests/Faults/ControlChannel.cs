using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>
/// A channel that has nothing to do with the fault, and a sender that sends to it at an even pace: its rate and its 99th percentile during the fault over those before it.
/// </summary>
internal sealed class ControlChannel
{
    private readonly HostFolder _folder;
    private readonly int _port = HostFolder.FreePort();
    private readonly IntakeProbe _probe;

    /// <param name="folder">The host's.</param>
    public ControlChannel(HostFolder folder) => (_folder, _probe) = (folder, new IntakeProbe(_port));

    /// <summary>Writes the channel's file.</summary>
    public void Write() => _folder.WriteChannel("test/control", $"source: {{ type: mllp, listen: 127.0.0.1:{_port} }}\n");

    /// <summary>Sends for so long.</summary>
    public Task<IntakeProbe.Reading> MeasureAsync(TimeSpan time, CancellationToken cancellationToken) => _probe.MeasureAsync(time, cancellationToken);

    /// <summary>Sends until it is told that it is enough.</summary>
    public Task<IntakeProbe.Reading> MeasureUntilAsync(CancellationToken enough, CancellationToken cancellationToken) => _probe.MeasureUntilAsync(enough, cancellationToken);
}
