using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>Makes answers anew of what the store says became of a message, for senders whose answer was lost with a process.</summary>
internal sealed class StoredAnswers(Intake intake, IMessageStore store)
{
    private const int Page = 1_000;

    /// <summary>The answer to the request that a stored message was taken with; null when that was a batch whose last part is not stored.</summary>
    /// <param name="messageId">The message that the sender's key is kept with: of a batch under way the first part, of one that is through the last.</param>
    /// <param name="request">The request as it was sent again.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public SourceResponse? Answer(long messageId, IncomingMessage request)
    {
        var stored = store.Read(messageId) ?? throw new StoreException($"Message {messageId}, whose key was given again, is not in the store.");
        var batchId = stored.Summary.BatchId;
        return batchId == 0 ? Of(stored)
            : batchId == messageId ? null
            : OfBatch(batchId, request);
    }

    /// <summary>What became of the parts of a batch, in order. Those that were removed since are left out.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IEnumerable<BatchAnswer> OfParts(long batchId)
    {
        var ids = new List<long>();
        while (store.Find(new MessageQuery { BatchId = batchId, BeforeId = ids.Count == 0 ? 0 : ids[^1], Count = Page }) is { Count: > 0 } page)
        {
            ids.AddRange(page.Select(message => message.Id));
        }

        // Newest first, as they are found.
        for (var index = ids.Count - 1; index >= 0; index--)
        {
            if (store.Read(ids[index]) is { } stored)
            {
                yield return new BatchAnswer(PlaceInBatch.PartOf(stored), Of(stored));
            }
        }
    }

    /// <summary>The answer to a copy that is dropped, of what became of the message that it is a copy of; null when that is not kept any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public SourceResponse? OfFirst(ConnectorMessage copy) => store.Read(copy.Earlier!.DuplicateOf) is { } first ? Of(first, copy, Joint(first.Summary)) : null;

    /// <summary>
    /// The numbers of the destinations that a copy is to be sent to, because neither the message nor another copy reached them and its sender was told so; null when its
    /// sender has no reason to send it again but that the answer was lost.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<int>? Missing(long firstId)
    {
        var pipeline = intake.Pipeline;
        if (!pipeline.Responses.WaitsForDestinations
            || store.ReadSizes(firstId) is not { Summary: var summary }
            || Joint(summary) is not { Status: MessageStatus.Transformed } joint
            || !joint.Missing.Any()
            || store.Read(firstId) is not { } first
            || Of(first, MessageOf(first), joint).Status != MessageStatus.Error)
        {
            return null;
        }

        var numbers = pipeline.NumbersOf([.. joint.Missing]);
        return numbers.Count == 0 ? null : numbers;
    }

    private JointOutcome Joint(MessageSummary first) => JointOutcome.Of(first, intake.Pipeline.Duplicates?.By == DuplicateKey.ControlId, store);

    private SourceResponse OfBatch(long batchId, IncomingMessage request)
    {
        var parts = OfParts(batchId).ToList();
        var outcome = new BatchOutcome(new ReceivedBatch(request, parts.Count), request.WantsAnswer);
        foreach (var (part, response) in parts)
        {
            outcome.Add(part, response);
        }

        return outcome.Response(intake.Pipeline.Batch?.Splitter, request.Content, intake.Pipeline.Responses);
    }

    private SourceResponse Of(StoredMessage stored) => Of(stored, MessageOf(stored), JointOutcome.Alone(stored.Summary));

    private static ConnectorMessage MessageOf(StoredMessage stored) => new()
    {
        Id = stored.Summary.Id,
        ReceivedAt = stored.Summary.ReceivedAt,
        Content = stored.Raw ?? default,
        SourceMap = stored.SourceMap ?? new Dictionary<string, object?>(),
        Description = new MessageDescription(stored.Summary.ControlId, stored.Summary.MessageType),
    };

    /// <summary>What became of a stored message, as an answer to whoever sent these bytes.</summary>
    private SourceResponse Of(StoredMessage stored, ConnectorMessage message, JointOutcome outcome)
    {
        var responses = intake.Pipeline.Responses;
        var summary = stored.Summary;
        var isNoMessage = PlaceInBatch.IsNoMessageIn(stored.SourceMap ?? message.SourceMap);
        if (responses.AnswersOnReceipt && !isNoMessage)
        {
            // Its sender was to hear that it came, whatever its scripts made of it since.
            return responses.Select(message, MessageStatus.Received, null, [], default);
        }

        var deliveries = new List<Delivery>(outcome.Destinations.Count);
        foreach (var (messageId, destination) in outcome.Destinations)
        {
            if ((messageId == summary.Id ? stored : store.Read(messageId)) is { } sent)
            {
                deliveries.Add(new Delivery(destination.Name, Outcome(sent, destination)));
            }
        }

        var reason = outcome.Status == MessageStatus.Error ? $"Message {summary.Id} failed; its record says why" : null;
        return responses.Select(message, outcome.Status, reason, deliveries, default, isNoMessage ? FailureStage.Format : FailureStage.Source);
    }

    private static Response Outcome(StoredMessage stored, DestinationSummary destination) => new()
    {
        // An attempt whose outcome is not recorded is made again by the recovery: for the sender it waits.
        Status = destination.Status == MessageStatus.Pending ? MessageStatus.Queued : destination.Status.Told(),
        Content = stored.Responses.GetValueOrDefault(destination.Name),
        StatusMessage = destination.Status.Told() == MessageStatus.Error ? "failed" : "",
    };
}
