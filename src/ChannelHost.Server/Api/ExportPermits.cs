using System.Security.Cryptography;

namespace ChannelHost.Server.Api;

/// <summary>Exports that are on the record as a whole, so that their messages need not be one by one. Only the newest are known.</summary>
internal sealed class ExportPermits
{
    private const int Most = 64;

    private readonly Lock _sync = new();
    private readonly Queue<(string Id, string Channel)> _permits = new();

    /// <summary>A new one.</summary>
    public string Give(string channel)
    {
        var id = RandomNumberGenerator.GetHexString(32);
        lock (_sync)
        {
            if (_permits.Count == Most)
            {
                _permits.Dequeue();
            }

            _permits.Enqueue((id, channel));
        }

        return id;
    }

    /// <summary>True when it was given for this channel.</summary>
    public bool Holds(string id, string channel)
    {
        lock (_sync)
        {
            return _permits.Contains((id, channel));
        }
    }
}
