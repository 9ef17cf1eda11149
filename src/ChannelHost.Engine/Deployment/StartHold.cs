namespace ChannelHost.Engine.Deployment;

/// <summary>Whoever starts the host wants every queue held: each channel's once, at its first start in this process.</summary>
public sealed class StartHold
{
    private readonly Lock _sync = new();
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    /// <summary>True the first time that a channel asks.</summary>
    internal bool IsFirst(string channel)
    {
        lock (_sync)
        {
            return _held.Add(channel);
        }
    }

    /// <summary>It could not be held: the next start of the channel asks again.</summary>
    internal void Forget(string channel)
    {
        lock (_sync)
        {
            _held.Remove(channel);
        }
    }
}
