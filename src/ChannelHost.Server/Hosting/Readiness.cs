namespace ChannelHost.Server.Hosting;

/// <summary>
/// Whether the host is ready for work: every channel on disk was deployed once. A channel that failed does not keep the others from being used; it is
/// listed. Safe for use by many threads.
/// </summary>
internal sealed class Readiness
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _known = -1;
    private int _deployed;
    private volatile bool _stopping;

    /// <summary>Completes when the first round is through.</summary>
    public Task WhenReady => _ready.Task;

    /// <summary>True once each channel was tried, until the host stops.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully && !_stopping;

    /// <summary>So many channels are on disk.</summary>
    public void Begin(int channels) => Volatile.Write(ref _known, channels);

    /// <summary>One more channel was tried.</summary>
    public void Count() => Interlocked.Increment(ref _deployed);

    /// <summary>The first round is through.</summary>
    public void Complete() => _ready.TrySetResult();

    /// <summary>The host stops.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Why it is not ready; null when it is.</summary>
    public string? Reason()
    {
        if (_stopping)
        {
            return "the host is stopping";
        }

        if (IsReady)
        {
            return null;
        }

        var known = Volatile.Read(ref _known);
        return known < 0 ? "the channels folder is being read" : $"{Volatile.Read(ref _deployed)} of {known} channels deployed";
    }
}
