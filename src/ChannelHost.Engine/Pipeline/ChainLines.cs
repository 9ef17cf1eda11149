namespace ChannelHost.Engine.Pipeline;

/// <summary>
/// The order of messages behind the first member of a chain: at each member stands a line of the messages whose scripts there have not run. A message takes its
/// places at all members at once, in the order of hand-over, and leaves each when it is in the member's own line or queue, or will not come. So whoever
/// waits, waits for messages that were handed over before it, and never the other way round.
/// </summary>
internal sealed class ChainLines
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, LinkedList<Place>> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Message, string Member), LinkedListNode<Place>> _places = [];

    /// <summary>Takes the message's places. Call in the order of hand-over.</summary>
    public void Enter(long messageId, IEnumerable<string> members)
    {
        lock (_sync)
        {
            foreach (var member in members)
            {
                if (_places.ContainsKey((messageId, member)))
                {
                    continue;
                }

                if (!_lines.TryGetValue(member, out var line))
                {
                    _lines.Add(member, line = new LinkedList<Place>());
                }

                _places.Add((messageId, member), line.AddLast(new Place(messageId)));
            }
        }
    }

    /// <summary>True when nobody stands before the message at this member.</summary>
    public bool IsNext(long messageId, string member)
    {
        lock (_sync)
        {
            return !_lines.TryGetValue(member, out var line) || line.First!.Value.MessageId == messageId;
        }
    }

    /// <summary>Completes when nobody stands before the message any more. A message without a place waits for nobody.</summary>
    public Task WaitAsync(long messageId, string member, CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            return !_places.TryGetValue((messageId, member), out var place) || place.Previous is null
                ? Task.CompletedTask
                : place.Value.Turn.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Leaves the lines, from whatever place. Those that were left before are passed over.</summary>
    public void Leave(long messageId, IEnumerable<string> members)
    {
        lock (_sync)
        {
            foreach (var member in members)
            {
                if (!_places.Remove((messageId, member), out var place))
                {
                    continue;
                }

                var line = place.List!;
                line.Remove(place);
                if (line.First is { } first)
                {
                    first.Value.Turn.TrySetResult();
                }
                else
                {
                    // A destination that is not there any more must leave nothing behind.
                    _lines.Remove(member);
                }
            }
        }
    }

    private sealed class Place(long messageId)
    {
        public long MessageId => messageId;

        // Not run by whoever leaves: that one has a delivery to make.
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
