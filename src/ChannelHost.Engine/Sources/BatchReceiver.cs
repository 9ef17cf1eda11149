using ChannelHost.Engine.Pipeline;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// Takes a batch apart and its parts in: each a message of its own, in order, many on their way to the disk at once. Their scripts run one after the other,
/// whatever <c>threads</c> says. One object per batch.
/// </summary>
/// <param name="receiver">Takes the parts.</param>
/// <param name="intake">The channel's door.</param>
/// <param name="backlog">What goes before.</param>
/// <param name="store">The channel's messages.</param>
/// <param name="replay">What the batch is made from again; null when it comes from the source.</param>
internal sealed class BatchReceiver(MessageReceiver receiver, Intake intake, ReceivedBacklog backlog, IMessageStore store, ReplayedMessage? replay = null)
{
    /// <summary>So many parts, and so many bytes of them, may be on their way at once: enough to share every commit, little enough to be nothing.</summary>
    private const int MostUnderway = 512;
    private const long MostBytesUnderway = 16 * 1024 * 1024;

    private readonly Queue<(BatchPart Part, Task<SourceResponse> Response)> _underway = new();
    private long _bytesUnderway;

    /// <summary>Takes all parts in and gives the answer to the whole.</summary>
    /// <exception cref="OperationCanceledException">The channel stops or the sender went. What is stored stays; a source with a once-key goes on behind it when it offers the batch again.</exception>
    public async ValueTask<SourceResponse> ReceiveAsync(BatchTaking batch, IncomingMessage whole, CancellationToken cancellationToken)
    {
        var count = batch.Count(whole.Content);
        if (count == 0)
        {
            return replay is not null ? MessageReceiver.NotReplayed("the batch holds no message") : await KeepEmptyAsync(batch, whole, cancellationToken).ConfigureAwait(false);
        }

        if (count > batch.MaximumParts)
        {
            var problem = FormattableString.Invariant(
                $"a batch of more than {batch.MaximumParts} parts (source.batch.maximumParts); it is kept whole. Raise the limit, or divide the batch");
            return replay is not null
                ? MessageReceiver.NotReplayed($"it is {problem}")
                : await KeepWholeAsync(whole, problem, 1, cancellationToken).ConfigureAwait(false);
        }

        var received = new ReceivedBatch(whole, count);
        GoOnWhereInterrupted(batch, received, whole);
        var outcome = new BatchOutcome(received, whole.WantsAnswer);
        AddStoredBefore(batch, received, whole, outcome);
        var number = 0;
        try
        {
            foreach (var part in batch.Splitter.Split(whole.Content))
            {
                if (++number <= received.Stored)
                {
                    continue;
                }

                await MakeRoomAsync(outcome, part).ConfigureAwait(false);
                if (outcome.IsInterrupted)
                {
                    break;
                }

                if (outcome.IsStored)
                {
                    await BeginAsync(received, part, number, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    // The store is in trouble: the sender offers the whole again, and what is not begun needs no attempt.
                    outcome.Add(part, intake.Pipeline.Responses.Refuse(part.Content, "The message could not be stored. Send it again.", isRejected: false));
                }
            }
        }
        finally
        {
            await FinishAsync(outcome).ConfigureAwait(false);
        }

        return outcome.Response(batch.Splitter, whole.Content, intake.Pipeline.Responses);
    }

    /// <summary>An empty day's file: it came, and that can be seen, but there is nothing to do and nothing is wrong.</summary>
    private async ValueTask<SourceResponse> KeepEmptyAsync(BatchTaking batch, IncomingMessage whole, CancellationToken cancellationToken)
    {
        var response = await KeepWholeAsync(whole, null, 0, cancellationToken).ConfigureAwait(false);
        return !response.IsStored || !whole.WantsAnswer || intake.Pipeline.Responses.AnswersNothing
            ? response
            : response with { Content = batch.Splitter.Answer(whole.Content, []) };
    }

    /// <summary>What is not taken apart is kept as one message, so that nothing is lost and somebody sees it.</summary>
    private async ValueTask<SourceResponse> KeepWholeAsync(IncomingMessage whole, string? problem, int number, CancellationToken cancellationToken)
    {
        var place = new PlaceInBatch(new ReceivedBatch(whole, number), new BatchPart(number, "the whole", whole.Content, problem), number, isWhole: true);
        await intake.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await receiver.ReceiveInsideAsync(whole, place, null, cancellationToken).ConfigureAwait(false);
    }

    private void GoOnWhereInterrupted(BatchTaking batch, ReceivedBatch received, IncomingMessage whole)
    {
        if (received.Key is not { } key || received.Count == 1 || store.ReadBatchProgress(key) is not { } progress || progress.Parts >= received.Count)
        {
            return;
        }

        var last = batch.Splitter.Split(whole.Content).ElementAt(progress.Parts - 1);
        if (ReceivedBatch.CheckOf(last.Content.Span) == progress.Check)
        {
            received.GoOn(progress);
        }
    }

    /// <summary>The parts that an earlier process stored: what became of them is in the store.</summary>
    private void AddStoredBefore(BatchTaking batch, ReceivedBatch received, IncomingMessage whole, BatchOutcome outcome)
    {
        if (received.Stored == 0)
        {
            return;
        }

        using var stored = new StoredAnswers(intake, store).OfParts(received.Id).GetEnumerator();
        var isKept = stored.MoveNext();
        var number = 0;
        foreach (var part in batch.Splitter.Split(whole.Content).Take(received.Stored))
        {
            number++;
            while (isKept && stored.Current.Part.Number < number)
            {
                isKept = stored.MoveNext();
            }

            if (isKept && stored.Current.Part.Number == number)
            {
                outcome.Add(part, stored.Current.Response);
            }
            else
            {
                outcome.AddRemoved(part);
            }
        }
    }

    private async ValueTask BeginAsync(ReceivedBatch received, BatchPart part, int number, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var claim = await ClaimAsync(part, cancellationToken).ConfigureAwait(false);
        try
        {
            await intake.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            claim?.Dispose();
            throw;
        }

        try
        {
            // Here, not only inside: with several threads the parts would get their ids in the order in which they wake.
            await backlog.WhenDoneUnlessAsync(replay is null && intake.Pipeline.Responses.AnswersOnReceipt, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            claim?.Dispose();
            intake.Leave();
            intake.InFlight.Exit();
            throw;
        }

        // Once a part has its place it is finished: a sender that goes meanwhile must not tear a hole.
        var place = new PlaceInBatch(received, part, number, replay: replay);
        var response = replay is null
            ? receiver.ReceiveInsideAsync(received.MessageOf(part, number), place, claim, CancellationToken.None)
            : receiver.ReplayInsideAsync(received.MessageOf(part, number), place, CancellationToken.None);
        _underway.Enqueue((part, response.AsTask()));
        _bytesUnderway += part.Content.Length;
    }

    /// <summary>What a person processes anew is wanted, and what is no message has no copies.</summary>
    private ValueTask<IntakeClaim?> ClaimAsync(BatchPart part, CancellationToken cancellationToken) =>
        replay is null && part.Problem is null ? receiver.ClaimAsync(part.Content, cancellationToken) : default;

    private async ValueTask MakeRoomAsync(BatchOutcome outcome, BatchPart next)
    {
        while (_underway.Count > 0
            && (_underway.Count >= MostUnderway || _bytesUnderway + next.Content.Length > MostBytesUnderway || _underway.Peek().Response.IsCompleted))
        {
            await TakeOldestAsync(outcome).ConfigureAwait(false);
        }
    }

    private async ValueTask FinishAsync(BatchOutcome outcome)
    {
        while (_underway.Count > 0)
        {
            await TakeOldestAsync(outcome).ConfigureAwait(false);
        }
    }

    private async ValueTask TakeOldestAsync(BatchOutcome outcome)
    {
        var (part, response) = _underway.Dequeue();
        _bytesUnderway -= part.Content.Length;
        try
        {
            outcome.Add(part, await response.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The channel closed first; those before it are stored and finished at the next start.
            outcome.AddInterrupted();
        }
    }
}
