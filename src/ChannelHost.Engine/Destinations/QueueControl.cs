namespace ChannelHost.Engine.Destinations;

/// <summary>What people may do to a queue while it works: pause it, wake it, give up on one of its messages.</summary>
/// <param name="time">The clock.</param>
/// <param name="mostUnrecorded">So many outcomes may be on their way to the store.</param>
internal sealed class QueueControl(TimeProvider time, int mostUnrecorded)
{
    /// <summary>Above this, what is known of messages that people gave up on or queued again is forgotten, oldest first, when nothing waits any more.</summary>
    private const int MostTurns = 1_000;

    private readonly Lock _sync = new();

    // The turn whose entry in the queue may be sent, for messages that people gave up on (no entry has it) or queued again. The entries of other turns are
    // left over in the queue, or come once more with a page from the store, and are passed over. What nobody touched has turn 0 and stands not here.
    private readonly Dictionary<long, long> _turns = [];
    private readonly Queue<long> _through = new();
    private long _lastTurn;

    // Few, as what people queue again is bounded.
    private readonly List<long> _again = [];
    private TaskCompletionSource? _running;
    private TaskCompletionSource _wake = NewSignal();
    private readonly Dictionary<long, QueueHand> _hands = [];

    /// <summary>True while nothing is taken from the queue.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>When the message in hand is tried next; null when none waits for that.</summary>
    public DateTimeOffset? NextAttempt { get; private set; }

    /// <summary>Nothing is taken from the queue any more; an attempt that was begun is finished.</summary>
    public void Pause()
    {
        lock (_sync)
        {
            IsPaused = true;
            _running ??= NewSignal();
        }
    }

    /// <summary>The queue goes on.</summary>
    public void Resume()
    {
        lock (_sync)
        {
            IsPaused = false;
            _running?.TrySetResult();
            _running = null;
        }
    }

    /// <summary>Ends the pause between attempts. False when nothing waits for an attempt.</summary>
    public bool TryNow()
    {
        lock (_sync)
        {
            Wake();
            return NextAttempt is not null;
        }
    }

    /// <summary>
    /// Asks for a message to be given up. When it is in hand, gives a task that says whether it was (false: it was delivered meanwhile); else null, and the
    /// message is passed over when its turn comes.
    /// </summary>
    public Task<bool>? Skip(long messageId, string why)
    {
        lock (_sync)
        {
            if (_through.Contains(messageId))
            {
                return Task.FromResult(false);
            }

            if (!_hands.TryGetValue(messageId, out var hand))
            {
                _turns[messageId] = ++_lastTurn;
                _again.Remove(messageId);
                return null;
            }

            var done = hand.Skip(why);
            _running?.TrySetResult();
            Wake();
            return done;
        }
    }

    /// <summary>A message that was through is about to be queued again. Gives the turn of the one entry that may be sent, and what <see cref="NotAgain"/> puts back.</summary>
    public TurnTaken Again(long messageId)
    {
        lock (_sync)
        {
            var before = _turns.TryGetValue(messageId, out var known) ? known : (long?)null;
            var wasThrough = _through.Contains(messageId);
            _turns[messageId] = ++_lastTurn;
            for (var count = _through.Count; count > 0; count--)
            {
                if (_through.Dequeue() is var id && id != messageId)
                {
                    _through.Enqueue(id);
                }
            }

            // What is in hand goes before it, also after a restart.
            foreach (var inHand in _hands.Keys.Where(inHand => !_again.Contains(inHand)))
            {
                _again.Add(inHand);
            }

            _again.Remove(messageId);
            _again.Add(messageId);
            return new TurnTaken(_lastTurn, before, wasThrough);
        }
    }

    /// <summary>The message was not queued again after all.</summary>
    public void NotAgain(long messageId, TurnTaken taken)
    {
        lock (_sync)
        {
            _again.Remove(messageId);
            if (_turns.GetValueOrDefault(messageId) != taken.Turn)
            {
                return;
            }

            if (taken.Before is { } before)
            {
                _turns[messageId] = before;
            }
            else
            {
                _turns.Remove(messageId);
            }

            if (taken.WasThrough)
            {
                _through.Enqueue(messageId);
            }
        }
    }

    /// <summary>The messages that go before the others because they were queued again, or were in hand when another was, as far as they are not through; in order.</summary>
    public IReadOnlyList<long> QueuedAgain()
    {
        lock (_sync)
        {
            return [.. _again];
        }
    }

    /// <summary>Nothing waits: nothing is left over of messages that were given up or queued again long ago.</summary>
    public void NothingWaits()
    {
        lock (_sync)
        {
            if (_turns.Count > MostTurns)
            {
                foreach (var (messageId, turn) in _turns)
                {
                    if (turn <= _lastTurn - MostTurns)
                    {
                        _turns.Remove(messageId);
                    }
                }
            }
        }
    }

    /// <summary>Takes a message in hand; null when it was given up before, or another entry of it is the one that counts.</summary>
    public QueueHand? TryTake(long messageId, long turn)
    {
        lock (_sync)
        {
            if (IsPassedOver(messageId, turn))
            {
                return null;
            }

            var hand = new QueueHand(messageId);
            _hands[messageId] = hand;
            return hand;
        }
    }

    /// <summary>The message in hand is through.</summary>
    /// <param name="hand">The message.</param>
    /// <param name="wasSkipped">It was given up; null when the queue was stopped first, and the message waits on.</param>
    public void Done(QueueHand hand, bool? wasSkipped)
    {
        lock (_sync)
        {
            if (wasSkipped is not null)
            {
                _again.Remove(hand.MessageId);

                // Its outcome is on its way to the store, where it still seems to wait.
                _through.Enqueue(hand.MessageId);
                if (_through.Count > mostUnrecorded)
                {
                    _through.Dequeue();
                }
            }

            _hands.Remove(hand.MessageId);
            NextAttempt = null;
            hand.Done(wasSkipped);
        }
    }

    /// <summary>Lets go of a message that waits for another attempt while others pass; false when somebody gave up on it meanwhile, and it is still in hand.</summary>
    public bool TryPark(QueueHand hand)
    {
        lock (_sync)
        {
            if (hand.SkipReason is not null || !_hands.Remove(hand.MessageId))
            {
                return false;
            }

            hand.Release();
            return true;
        }
    }

    /// <summary>True when the entry of this turn is not to be sent.</summary>
    public bool IsGivenUp(long messageId, long turn)
    {
        lock (_sync)
        {
            return IsPassedOver(messageId, turn);
        }
    }

    private bool IsPassedOver(long messageId, long turn) => _turns.TryGetValue(messageId, out var counts) && counts != turn;

    /// <summary>Waits while the queue is paused and nobody wants the message in hand gone.</summary>
    public async ValueTask WhileNotPausedAsync(QueueHand hand, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task running;
            lock (_sync)
            {
                if (!IsPaused || hand.SkipReason is not null)
                {
                    return;
                }

                _running = _running is null or { Task.IsCompleted: true } ? NewSignal() : _running;
                running = _running.Task;
            }

            await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits before the next attempt, unless somebody wants it now.</summary>
    public async ValueTask WaitAsync(QueueHand hand, TimeSpan pause, CancellationToken cancellationToken)
    {
        Task woken;
        lock (_sync)
        {
            if (hand.SkipReason is not null)
            {
                return;
            }

            NextAttempt = time.GetUtcNow() + pause;
            woken = _wake.Task;
        }

        try
        {
            await woken.WaitAsync(pause, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nobody asked for it: it is time now.
        }
        finally
        {
            lock (_sync)
            {
                NextAttempt = null;
            }
        }
    }

    private void Wake()
    {
        _wake.TrySetResult();
        _wake = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What <see cref="QueueControl.Again"/> changed.</summary>
/// <param name="Turn">The turn of the one entry that may be sent.</param>
/// <param name="Before">The one before it; null for none.</param>
/// <param name="WasThrough">The message's outcome was on its way to the store.</param>
internal readonly record struct TurnTaken(long Turn, long? Before, bool WasThrough);
