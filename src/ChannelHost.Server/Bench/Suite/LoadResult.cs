namespace ChannelHost.Server.Bench.Suite;

/// <summary>What one round of load showed.</summary>
/// <param name="Messages">Messages answered positively.</param>
/// <param name="Failures">Messages answered otherwise or not at all.</param>
/// <param name="Seconds">From the first message to the last, and to the last delivery where they are delivered.</param>
/// <param name="P50Milliseconds">Half of the answers came within this.</param>
/// <param name="P99Milliseconds">99 of 100 came within this.</param>
/// <param name="CpuSeconds">Processor time of the host in that time.</param>
/// <param name="AllocatedBytes">What it allocated.</param>
/// <param name="ContextSwitches">How often its threads changed.</param>
/// <param name="Collections">How often it collected memory.</param>
/// <param name="PausedSeconds">How long it stood still for that.</param>
internal sealed record LoadResult(
    int Messages, int Failures, double Seconds, double P50Milliseconds, double P99Milliseconds, double CpuSeconds, double AllocatedBytes, long ContextSwitches, double Collections, double PausedSeconds)
{
    /// <summary>Messages per second.</summary>
    public double Rate => Messages / Seconds;

    /// <summary>Processor time of the host for 1,000 messages.</summary>
    public double CpuSecondsPer1000 => CpuSeconds / Messages * 1000;

    /// <summary>Bytes the host allocated for one message.</summary>
    public double BytesPerMessage => AllocatedBytes / Messages;

    /// <summary>How often the host's threads changed for one message.</summary>
    public double SwitchesPerMessage => (double)ContextSwitches / Messages;
}
