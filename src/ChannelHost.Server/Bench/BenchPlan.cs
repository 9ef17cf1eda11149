namespace ChannelHost.Server.Bench;

/// <summary>What <c>bench</c> is to measure.</summary>
internal sealed record BenchPlan
{
    /// <summary>Numbers of connections, one measurement each.</summary>
    public required IReadOnlyList<int> Connections { get; init; }

    /// <summary>How long each measurement takes; ignored when <see cref="Messages"/> is given.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many messages each measurement sends; null to go by time.</summary>
    public int? Messages { get; init; }

    /// <summary>True: the channel sends each message on by MLLP and the sender waits for that.</summary>
    public bool WithDestination { get; init; }

    /// <summary>How many messages the channel transforms at once.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>So many channels are deployed and nothing is sent; 0 for the load test.</summary>
    public int Channels { get; init; }

    /// <summary>Where the temporary folders are made: the disk that is measured.</summary>
    public required string Folder { get; init; }

    /// <summary>The store of the measured host (<c>run --store</c>); null for what the environment says.</summary>
    public string? Store { get; init; }
}

/// <summary>What was measured at one number of connections.</summary>
/// <param name="Connections">How many.</param>
/// <param name="Messages">Messages answered positively.</param>
/// <param name="Failures">Messages answered otherwise or not at all.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="MessagesPerSecond">The rate.</param>
/// <param name="P50Milliseconds">Half of the answers came within this.</param>
/// <param name="P99Milliseconds">99 of 100 answers came within this.</param>
/// <param name="MaximumMilliseconds">The slowest answer.</param>
/// <param name="HostCpuSecondsPer1000">Processor time of the host process for 1,000 messages.</param>
/// <param name="LoadCpuSecondsPer1000">Processor time of the load for 1,000 messages; it shares the machine.</param>
/// <param name="ResidentMegabytes">The host's resident memory at the end.</param>
internal sealed record BenchLevel(
    int Connections,
    int Messages,
    int Failures,
    double Seconds,
    double MessagesPerSecond,
    double P50Milliseconds,
    double P99Milliseconds,
    double MaximumMilliseconds,
    double HostCpuSecondsPer1000,
    double LoadCpuSecondsPer1000,
    double ResidentMegabytes);

/// <summary>The whole of a <c>bench</c>.</summary>
internal sealed record BenchReport
{
    /// <summary>Cores of this machine; the load uses them, too.</summary>
    public required int Cores { get; init; }

    /// <summary>The runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>From starting the process to ready.</summary>
    public required double StartToReadySeconds { get; init; }

    /// <summary>Processor time of the host until it was ready.</summary>
    public required double StartCpuSeconds { get; init; }

    /// <summary>Appends of 4 KB with fdatasync that this disk does in a second: the median of measurements before, between and after.</summary>
    public required double DiskSyncsPerSecond { get; init; }

    /// <summary><c>none</c> or <c>mllp</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>Channels that were deployed.</summary>
    public required int Channels { get; init; }

    /// <summary>Channels that ran when the host said ready.</summary>
    public required int ChannelsRunning { get; init; }

    /// <summary>Resident memory when ready, before any load.</summary>
    public required double ResidentMegabytesWhenReady { get; init; }

    /// <summary>The most resident memory over the whole run.</summary>
    public required double PeakMegabytes { get; init; }

    /// <summary>The measurements.</summary>
    public required IReadOnlyList<BenchLevel> Levels { get; init; }
}
