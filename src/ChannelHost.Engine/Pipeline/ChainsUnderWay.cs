using ChannelHost.Engine.Destinations;

namespace ChannelHost.Engine.Pipeline;

/// <summary>
/// What the chains of all versions of a channel share: which destinations of which messages are in somebody's hands, and the lanes that deliver now. A step of a chain (scripts,
/// commit, place in a queue or line) and a swap of lanes exclude each other, so that nothing is put into a lane that is on its way out.
/// </summary>
internal sealed class ChainsUnderWay
{
    private readonly Lock _sync = new();
    private readonly Dictionary<(long Message, string Destination), int> _inHand = [];
    private int _steps;
    private TaskCompletionSource? _swap;
    private TaskCompletionSource? _noSteps;
    private readonly Lock _handingOver = new();
    private readonly List<SwapRemnants> _remnants = [];

    /// <summary>The destinations that deliver now, by name. A swap changes them by <see cref="Swap"/>.</summary>
    public IReadOnlyDictionary<string, DestinationLane> Lanes { get; set; } = new Dictionary<string, DestinationLane>();

    /// <summary>
    /// A message is handed to the store and takes its places in queues and lines, whichever lanes deliver by then: its scripts may have outlasted the patience of a swap.
    /// Dispose when that is done.
    /// </summary>
    public Lock.Scope HandOver(long messageId)
    {
        var scope = _handingOver.EnterScope();
        foreach (var remnants in _remnants)
        {
            remnants.HandedOver(messageId);
        }

        return scope;
    }

    /// <summary>Other lanes deliver from here on. Gives what tells the messages that those before left from those that are in somebody's hands.</summary>
    /// <param name="lanes">The new lanes; those that they replace are stopped.</param>
    /// <param name="nextId">Reserves an id.</param>
    public SwapRemnants Swap(IReadOnlyDictionary<string, DestinationLane> lanes, Func<long> nextId)
    {
        lock (_handingOver)
        {
            HashSet<(long, string)> inHand;
            lock (_sync)
            {
                inHand = [.. _inHand.Keys];
            }

            var remnants = new SwapRemnants(nextId(), inHand);
            _remnants.Add(remnants);
            Lanes = lanes;
            return remnants;
        }
    }

    /// <summary>What a swap left is taken up.</summary>
    public void TakenUp(SwapRemnants remnants)
    {
        lock (_handingOver)
        {
            _remnants.Remove(remnants);
        }
    }

    /// <summary>Who comes next at the members behind the first.</summary>
    public ChainLines Lines { get; } = new();

    /// <summary>A message's chain begins. Call in the order of hand-over: it takes the message's places in the lines.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="members">What is to be made of the chain.</param>
    /// <param name="waiting">Those of them whose scripts have not run.</param>
    public void Begin(long messageId, IEnumerable<string> members, IEnumerable<string> waiting)
    {
        Lines.Enter(messageId, waiting);
        lock (_sync)
        {
            foreach (var member in members)
            {
                _inHand[(messageId, member)] = _inHand.GetValueOrDefault((messageId, member)) + 1;
            }
        }
    }

    /// <summary>What began is through, or cut off. Its places in <see cref="Lines"/> are left apart from that: not by what is cut off, or those behind it would overtake.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="members">As it began.</param>
    public void End(long messageId, IEnumerable<string> members)
    {
        lock (_sync)
        {
            foreach (var key in members.Select(member => (messageId, member)))
            {
                if (_inHand.TryGetValue(key, out var count) && count > 1)
                {
                    _inHand[key] = count - 1;
                }
                else
                {
                    _inHand.Remove(key);
                }
            }
        }
    }

    /// <summary>Waits until no lanes are being swapped, and keeps them until <see cref="EndStep"/>.</summary>
    public async ValueTask BeginStepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task swapped;
            lock (_sync)
            {
                if (_swap is null)
                {
                    _steps++;
                    return;
                }

                swapped = _swap.Task;
            }

            await swapped.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The step is made.</summary>
    public void EndStep()
    {
        lock (_sync)
        {
            if (--_steps == 0)
            {
                _noSteps?.TrySetResult();
            }
        }
    }

    /// <summary>Keeps new steps from beginning and waits for those that began, unless the token is cancelled first. Dispose to let them go on.</summary>
    public async ValueTask<IDisposable> PauseAsync(CancellationToken cancellationToken)
    {
        Task noSteps;
        lock (_sync)
        {
            _swap = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _noSteps = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            noSteps = _steps == 0 ? Task.CompletedTask : _noSteps.Task;
        }

        await noSteps.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Pause(this);
    }

    private void GoOn()
    {
        lock (_sync)
        {
            _swap?.TrySetResult();
            _swap = null;
        }
    }

    private sealed class Pause(ChainsUnderWay chains) : IDisposable
    {
        public void Dispose() => chains.GoOn();
    }
}
