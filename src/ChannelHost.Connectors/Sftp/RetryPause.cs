namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// How long to wait after a look or a login that failed: first the usual interval, then longer each time. Where only a person can mend it, much longer
/// from the start, because each wrong login brings an account nearer to being locked.
/// </summary>
internal sealed class RetryPause(TimeSpan interval)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstForSomebody = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestForSomebody = TimeSpan.FromMinutes(15);
    private const int MostDoublings = 10;

    private int _failures;

    public void Reset() => _failures = 0;

    public TimeSpan AfterFailure(SftpFaultException fault)
    {
        if (fault.Kind == SftpFaultKind.Lost)
        {
            // The server had let us in: a connection that breaks now and then is no reason to come later.
            return interval;
        }

        var (first, longest) = fault.NeedsSomebody ? (FirstForSomebody, LongestForSomebody) : (interval, Longest);
        var pause = first * (1 << Math.Min(_failures++, MostDoublings));
        longest = longest < interval ? interval : longest;
        return pause < longest ? pause : longest;
    }
}
