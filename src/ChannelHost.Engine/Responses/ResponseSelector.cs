using System.Globalization;
using System.Text;
using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Responses;

/// <summary>Chooses the answer for the sender as <c>acknowledge:</c> says.</summary>
/// <param name="choice">The <c>acknowledge:</c> setting.</param>
/// <param name="responder">Writes the answers that the data type generates.</param>
/// <param name="sourceWords">What the names in the response map begin with that are meant for the source itself: <c>http.</c>.</param>
/// <param name="codec">How texts that scripts leave as the answer are written.</param>
/// <param name="destinations">Names and numbers of the destinations.</param>
/// <param name="isMirth">Whether a message that goes to no destination at all is an error, as in the reference.</param>
internal sealed class ResponseSelector(
    AcknowledgeChoice choice,
    AutoResponder responder,
    string sourceWords,
    IMessageCodec codec,
    IReadOnlyList<(string Name, int Id)> destinations,
    bool isMirth)
{
    /// <summary>True when the sender waits for the destinations.</summary>
    public bool WaitsForDestinations =>
        choice.When is AcknowledgeWhen.AfterDestinations or AcknowledgeWhen.Destination or AcknowledgeWhen.Postprocess or AcknowledgeWhen.Variable;

    /// <summary>True when the answer is what scripts put into the response map, those of the destinations included.</summary>
    public bool AnswersFromMap => choice.When == AcknowledgeWhen.Variable;

    /// <summary>True when the sender gets what a destination answered.</summary>
    public bool AnswersFromDestinations => choice.When is AcknowledgeWhen.Destination or AcknowledgeWhen.Variable;

    /// <summary>True when the sender waits for no more than the store.</summary>
    public bool AnswersOnReceipt => choice.When == AcknowledgeWhen.OnReceipt;

    /// <summary>True when no sender is told of what went well.</summary>
    public bool AnswersNothing => choice.When == AcknowledgeWhen.None;

    /// <summary>The answer for a message that was stored and, where the sender waits for that, delivered.</summary>
    /// <param name="message">The message.</param>
    /// <param name="status">What became of it at the source.</param>
    /// <param name="reason">Why it failed at the source, for the sender: without content.</param>
    /// <param name="deliveries">What became of it at the destinations, by name; empty when the sender does not wait for them.</param>
    /// <param name="postprocessed">What the postprocessors returned.</param>
    /// <param name="failedAt">Where it failed, when it failed at the source.</param>
    /// <param name="variables">What scripts left in the response map.</param>
    public SourceResponse Select(
        ConnectorMessage message,
        MessageStatus status,
        string? reason,
        IReadOnlyList<Delivery> deliveries,
        Postprocessed postprocessed,
        FailureStage failedAt = FailureStage.None,
        VariableMap? variables = null)
    {
        var (final, finalReason) = Final(message, status, reason, deliveries);
        if (message.ReplayOf == 0 && Given(postprocessed, variables) is { } given)
        {
            return new SourceResponse(message.Id, true, given.Status, given.Content, given.Status == MessageStatus.Error ? "A script answered with an error; the message's record has what became of it." : null)
            {
                Variables = variables is { Count: > 0 } ? ForSource(variables) : null,
                FailedAt = given.Status == MessageStatus.Error ? FailureStage.Destination : FailureStage.None,
            };
        }
        var content = choice.When switch
        {
            _ when message.ReplayOf != 0 => null,
            AcknowledgeWhen.None or AcknowledgeWhen.Variable => null,
            AcknowledgeWhen.Destination when status == MessageStatus.Transformed && AnswerOf(deliveries) is { } answer => answer,
            AcknowledgeWhen.Postprocess when postprocessed.Text is { } text => Encoding.UTF8.GetBytes(text),
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

    /// <summary>The response that scripts chose, whole: status and content. Null when they chose none.</summary>
    private Response? Given(Postprocessed postprocessed, VariableMap? variables)
    {
        if (choice.When == AcknowledgeWhen.Postprocess)
        {
            return postprocessed.Response;
        }

        if (choice.When != AcknowledgeWhen.Variable || variables is null || Variable(variables) is not { } value)
        {
            return null;
        }

        try
        {
            return ResponseValue.Read(value, codec);
        }
        catch (MessageFormatException exception)
        {
            return Response.Failed($"The answer cannot be written: {exception.Message}");
        }
    }

    /// <summary>A destination's answer is found by its name and by its number: <c>ehr</c> and <c>d2</c>.</summary>
    private object? Variable(VariableMap variables)
    {
        if (variables.TryGet(choice.Destination!, out var value))
        {
            return value;
        }

        foreach (var (name, id) in destinations)
        {
            var number = string.Create(CultureInfo.InvariantCulture, $"d{id}");
            if ((name == choice.Destination && variables.TryGet(number, out value)) || (number == choice.Destination && variables.TryGet(name, out value)))
            {
                return value;
            }
        }

        return null;
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
        if (isMirth && choice.When == AcknowledgeWhen.AfterDestinations && status == MessageStatus.Transformed && deliveries.Count == 0 && message.ReplayOf == 0)
        {
            return (MessageStatus.Error, "The message went to no destination.");
        }

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
