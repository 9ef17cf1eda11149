namespace ChannelHost.Server.Demo.Traffic;

/// <summary>What the partners saw. Safe for use by many threads.</summary>
internal sealed class TrafficFigures
{
    private long _positive;
    private long _negative;
    private long _unanswered;
    private long _leftOut;

    /// <summary>An attempt came to this.</summary>
    public void Answered(LineAnswer answer)
    {
        switch (answer)
        {
            case LineAnswer.Positive:
                Interlocked.Increment(ref _positive);
                break;
            case LineAnswer.Negative:
                Interlocked.Increment(ref _negative);
                break;
            default:
                Interlocked.Increment(ref _unanswered);
                break;
        }
    }

    /// <summary>Something was left out because its partner could not send fast enough.</summary>
    public void LeftOut() => Interlocked.Increment(ref _leftOut);

    /// <summary>The figures now.</summary>
    public TrafficCounts Counts => new(Interlocked.Read(ref _positive), Interlocked.Read(ref _negative), Interlocked.Read(ref _unanswered), Interlocked.Read(ref _leftOut));
}

/// <summary>What the partners saw so far.</summary>
/// <param name="Positive">Answered positively, or put into a folder.</param>
/// <param name="Negative">Answered negatively.</param>
/// <param name="Unanswered">Attempts that nobody answered; each was made again.</param>
/// <param name="LeftOut">Left out because the partner could not send fast enough.</param>
internal readonly record struct TrafficCounts(long Positive, long Negative, long Unanswered, long LeftOut);
