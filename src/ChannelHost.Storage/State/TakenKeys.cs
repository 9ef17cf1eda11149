using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Storage.State;

/// <summary>
/// The once-keys a channel has taken, as 128-bit hashes: 40 bytes each whatever the key's length. Beyond <see cref="Most"/> the oldest are forgotten.
/// </summary>
internal sealed class TakenKeys
{
    /// <summary>How many are remembered.</summary>
    internal const int Most = 1_000_000;

    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<UInt128> _order = new();

    internal static UInt128 HashOf(string onceKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(onceKey), hash);
        return BitConverter.ToUInt128(hash);
    }

    internal bool Contains(string onceKey)
    {
        var hash = HashOf(onceKey);
        lock (_gate)
        {
            return _known.Contains(hash);
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _known.Clear();
            _order.Clear();
        }
    }

    internal void Add(UInt128 hash)
    {
        lock (_gate)
        {
            if (!_known.Add(hash))
            {
                return;
            }

            _order.Enqueue(hash);
            if (_order.Count > Most)
            {
                _known.Remove(_order.Dequeue());
            }
        }
    }
}
