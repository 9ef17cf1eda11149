namespace ChannelHost.Server.Bench.Suite;

/// <summary>How a line ended.</summary>
internal enum SuiteVerdict
{
    /// <summary>The aim is reached.</summary>
    Met,

    /// <summary>It is not.</summary>
    Missed,

    /// <summary>It was not measured; the note says why.</summary>
    NotMeasured,
}

/// <summary>One line of the suite.</summary>
/// <param name="Id">A word for scripts.</param>
/// <param name="What">What was measured.</param>
/// <param name="Aim">What is wanted.</param>
/// <param name="Measured">What was seen, with its unit.</param>
/// <param name="Value">The figure alone; null when nothing was measured.</param>
/// <param name="Limit">The raw limit beside it, of the same run.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Note">More, for people.</param>
internal sealed record SuiteLine(string Id, string What, string Aim, string Measured, double? Value, string Limit, SuiteVerdict Verdict, string Note);

/// <summary>What this machine can do at best, measured in the same run.</summary>
/// <param name="SyncsPerSecond">Appends of 4 KB with fdatasync: the median over the run.</param>
/// <param name="SyncP99Milliseconds">99 of 100 of them took no longer: the median over the run.</param>
/// <param name="RoundTripsPerSecond1">Framed messages of 1 KB and short answers over loopback, one connection, blocking sockets on both sides.</param>
/// <param name="RoundTripsPerSecond32">The same over 32 connections.</param>
/// <param name="EngineMicroseconds">A clean engine and an empty script, on one thread.</param>
/// <param name="EngineBytes">What that allocates.</param>
/// <param name="TransformMicroseconds">The ADT's transform alone: engine, scope, script, on one thread.</param>
/// <param name="TransformBytes">What that allocates.</param>
/// <param name="E4xMicroseconds">The ORU's E4X loop alone.</param>
/// <param name="E4xBytes">What that allocates.</param>
/// <param name="CodecMicroseconds">The ADT read, six fields looked at, one written, serialised; without a script.</param>
/// <param name="CodecBytes">What that allocates.</param>
internal sealed record RawLimits(
    double SyncsPerSecond,
    double SyncP99Milliseconds,
    double RoundTripsPerSecond1,
    double RoundTripsPerSecond32,
    double EngineMicroseconds,
    long EngineBytes,
    double TransformMicroseconds,
    long TransformBytes,
    double E4xMicroseconds,
    long E4xBytes,
    double CodecMicroseconds,
    long CodecBytes);

/// <summary>The whole of a <c>bench --suite</c>.</summary>
internal sealed record SuiteReport
{
    /// <summary>Cores of this machine; the load uses them, too.</summary>
    public required int Cores { get; init; }

    /// <summary>The runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How busy the machine was before the first measurement: processes that wanted to run, on average over a minute.</summary>
    public required double LoadBefore { get; init; }

    /// <summary>True when rounds were short.</summary>
    public required bool Quick { get; init; }

    /// <summary>The raw limits.</summary>
    public required RawLimits Limits { get; init; }

    /// <summary>The lines.</summary>
    public required IReadOnlyList<SuiteLine> Lines { get; init; }
}
