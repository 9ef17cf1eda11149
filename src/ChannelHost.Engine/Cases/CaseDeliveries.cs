namespace ChannelHost.Engine.Cases;

/// <summary>What destinations were handed in one case. Deliveries are made one after the other, but not all by the same thread.</summary>
internal sealed class CaseDeliveries
{
    private readonly Lock _sync = new();
    private readonly Dictionary<(long MessageId, string Destination), Delivered> _delivered = [];

    public void Add(long messageId, string destination, Delivered delivered)
    {
        lock (_sync)
        {
            _delivered[(messageId, destination)] = delivered;
        }
    }

    /// <summary>Null when the destination was handed nothing.</summary>
    public Delivered? Find(long messageId, string destination)
    {
        lock (_sync)
        {
            return _delivered.GetValueOrDefault((messageId, destination));
        }
    }
}

/// <summary>What a destination was handed.</summary>
/// <param name="Content">The message.</param>
/// <param name="Settings">The connector's templates as filled in for it, by name; values of the environment stand in them by reference.</param>
/// <param name="SettingsHere">The same with the values that the environment has here.</param>
internal sealed record Delivered(
    ReadOnlyMemory<byte> Content, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> SettingsHere);
