using System.Text;
using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Responses;

/// <summary>Chooses the answer for the sender as <c>acknowledge:</c> says.</summary>
/// <param name="choice">The <c>acknowledge:</c> setting.</param>
/// <param name="responder">Writes the answers that the data type generates.</param>
/// <param name="sourceWords">What the names in the response map begin with that are meant for the source itself: <c>http.</c>.</param>
internal sealed class ResponseSelector(AcknowledgeChoice choice, AutoResponder responder, string sourceWords)
{
    /// <summary>True when the sender waits for the destinations.</summary>
    public bool WaitsForDestinations => choice.When is AcknowledgeWhen.AfterDestinations or AcknowledgeWhen.Destination or AcknowledgeWhen.Postprocess;

    /// <summary>True when the sender waits for no more than the store.</summary>
    public bool AnswersOnReceipt => choice.When == AcknowledgeWhen.OnReceipt;

    /// <summary>True when no sender is told of what went well.</summary>
    public bool AnswersNothing => choice.When == AcknowledgeWhen.None;

    /// <summary>The answer for a message that was stored and, where the sender waits for that, delivered.</summary>
    /// <param name="message">The message.</param>
    /// <param name="status">What became of it at the source.</param>
    /// <param name="reason">Why it failed at the source, for the sender: without content.</param>
    /// <param name="deliveries">What became of it at the destinations, by name; empty when the sender does not wait for them.</param>
    /// <param name="postprocessed">What the postprocessor returned.</param>
    /// <param name="failedAt">Where it failed, when it failed at the source.</param>
    /// <param name="variables">What scripts left in the response map.</param>
    public SourceResponse Select(
        ConnectorMessage message,
        MessageStatus status,
        string? reason,
        IReadOnlyList<Delivery> deliveries,
        string? postprocessed,
        FailureStage failedAt = FailureStage.None,
        VariableMap? variables = null)
    {
        var (final, finalReason) = Final(message, status, reason, deliveries);
        var content = choice.When switch
        {
            _ when message.ReplayOf != 0 => null,
            AcknowledgeWhen.None => null,
            AcknowledgeWhen.Destination when status == MessageStatus.Transformed && AnswerOf(deliveries) is { } answer => answer,
            AcknowledgeWhen.Postprocess when postprocessed is not null => Encoding.UTF8.GetBytes(postprocessed),
            AcknowledgeWhen.OnReceipt => responder.Answer(message.Content, message.Id, final, AcknowledgmentStage.Commit, finalReason),
            _ => responder.Answer(message.Content, message.Id, final, AcknowledgmentStage.Application, finalReason),
        };
        return new SourceResponse(message.Id, true, final, content, finalReason)
        {
            Variables = variables is { Count: > 0 } ? ForSource(variables) : null,
            FailedAt = final != MessageStatus.Error ? FailureStage.None
                : status == MessageStatus.Error ? failedAt
                : FailureStage.Destination,
        };
    }

    /// <summary>The answer for a message that could not be kept. <see cref="AcknowledgeWhen.None"/> silences only good answers: a sender that is never told would believe in delivery.</summary>
    public SourceResponse Refuse(ReadOnlyMemory<byte> content, string reason, bool isRejected)
    {
        var stage = AnswersOnReceipt ? AcknowledgmentStage.Commit : AcknowledgmentStage.Application;
        return new SourceResponse(0, false, MessageStatus.Error, responder.Refuse(content, stage, reason, isRejected), reason) { FailedAt = FailureStage.Store };
    }

    private Dictionary<string, object?>? ForSource(VariableMap variables)
    {
        Dictionary<string, object?>? words = null;
        foreach (var (name, value) in variables.Values)
        {
            if (name.StartsWith(sourceWords, StringComparison.Ordinal))
            {
                (words ??= [])[name] = value;
            }
        }

        return words;
    }

    /// <summary>
    /// Error before Queued before Sent before Filtered, over the destinations; the source's own outcome when it goes to none. Whoever processes a message anew by
    /// hand wants to know all of it, whatever a sender would be told.
    /// </summary>
    private (MessageStatus Status, string? Reason) Final(ConnectorMessage message, MessageStatus status, string? reason, IReadOnlyList<Delivery> deliveries)
    {
        if (status != MessageStatus.Transformed || deliveries.Count == 0 || (!WaitsForDestinations && message.ReplayOf == 0))
        {
            return (status, reason);
        }

        if (choice.When == AcknowledgeWhen.Destination && message.ReplayOf == 0)
        {
            foreach (var delivery in deliveries)
            {
                if (delivery.Destination == choice.Destination)
                {
                    return (delivery.Response.Status, Reason(delivery));
                }
            }
        }

        Delivery? worst = null;
        foreach (var delivery in deliveries)
        {
            if (worst is null || Weight(delivery.Response.Status) > Weight(worst.Value.Response.Status))
            {
                worst = delivery;
            }
        }

        return (worst!.Value.Response.Status, Reason(worst.Value));
    }

    private ReadOnlyMemory<byte>? AnswerOf(IReadOnlyList<Delivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            // Only an answer that was judged to confirm this message: a foreign or unreadable one is not passed on as if it did.
            if (delivery.Destination == choice.Destination && delivery.Response is { Status: MessageStatus.Sent, Content.IsEmpty: false })
            {
                return delivery.Response.Content;
            }
        }

        return null;
    }

    private static string? Reason(Delivery delivery) =>
        delivery.Response.Status == MessageStatus.Error ? $"Destination {delivery.Destination}: {delivery.Response.StatusMessage}" : null;

    private static int Weight(MessageStatus status) => status switch
    {
        MessageStatus.Error => 4,
        MessageStatus.Queued => 3,
        MessageStatus.Sent => 2,
        _ => 1,
    };
}
