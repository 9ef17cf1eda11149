using ChannelHost.Engine.Responses;

namespace ChannelHost.Engine.Sources;

/// <summary>Gathers what became of a batch's parts, in order. Answers are kept only for a sender that waits for them.</summary>
internal sealed class BatchOutcome(ReceivedBatch batch, bool wantsAnswer)
{
    private readonly List<BatchAnswer>? _answers = wantsAnswer ? new List<BatchAnswer>(Math.Min(batch.Count, 1024)) : null;
    private MessageStatus _status = MessageStatus.Filtered;
    private int _failed;
    private string? _firstFailure;
    private FailureStage _firstFailedAt;
    private long _lastId;

    /// <summary>True when the channel was closed before a part was stored.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>True while every part so far is stored.</summary>
    public bool IsStored { get; private set; } = true;

    /// <summary>A part is through.</summary>
    public void Add(BatchPart part, SourceResponse response)
    {
        _answers?.Add(new BatchAnswer(part, response));
        IsStored &= response.IsStored;
        _lastId = response.MessageId;
        _status = Weight(response.Status) > Weight(_status) ? response.Status : _status;
        if (response.Status == MessageStatus.Error && _failed++ == 0)
        {
            _firstFailedAt = response.FailedAt;
            _firstFailure = $"{part.Place}: {response.Reason ?? "failed"}";
        }
    }

    /// <summary>A part that was stored and is not kept any more.</summary>
    public void AddRemoved(BatchPart part)
    {
        _answers?.Add(new BatchAnswer(part, new SourceResponse(batch.Id, true, MessageStatus.Received, null, null)));
        _status = Weight(MessageStatus.Received) > Weight(_status) ? MessageStatus.Received : _status;
    }

    /// <summary>A part was not stored: the channel was closed first.</summary>
    public void AddInterrupted() => IsInterrupted = true;

    /// <summary>The answer to the whole.</summary>
    /// <param name="splitter">Puts the answers together; null when the channel takes no batches apart any more: then nothing is answered.</param>
    /// <param name="content">The whole, as received.</param>
    /// <param name="responses">What senders are told.</param>
    /// <exception cref="OperationCanceledException">The channel was closed before all parts were stored: there is no answer.</exception>
    public SourceResponse Response(IBatchSplitter? splitter, ReadOnlyMemory<byte> content, ResponseSelector responses)
    {
        if (IsInterrupted)
        {
            throw new OperationCanceledException("The channel was closed before the batch was through.");
        }

        var reason = _failed == 0 ? null : FormattableString.Invariant($"{_failed} of {batch.Count} parts failed; the first: {_firstFailure}");
        var silent = splitter is null || _answers is null || (responses.AnswersNothing && IsStored);

        // Not "? null : answer": a null beside a memory becomes an empty memory.
        var answer = silent ? default : splitter!.Answer(content, _answers!);
        return new SourceResponse(batch.IsAnsweredByLast ? _lastId : batch.Id, IsStored, _status, answer, reason) { FailedAt = IsStored ? _firstFailedAt : FailureStage.Store };
    }

    private static int Weight(MessageStatus status) => status switch
    {
        MessageStatus.Error => 5,
        MessageStatus.Queued => 4,
        MessageStatus.Sent => 3,
        MessageStatus.Transformed => 2,
        MessageStatus.Received => 1,
        _ => 0,
    };
}
