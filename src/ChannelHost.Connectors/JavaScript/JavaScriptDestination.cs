namespace ChannelHost.Connectors.JavaScript;

/// <summary>Runs a script for each message; what it returns says what became of it.</summary>
internal sealed class JavaScriptDestination(JavaScriptDestinationOptions options, ConnectorContext context) : IDestination
{
    private IScriptUnit? _unit;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _unit = JavaScriptConnector.Compile(ScriptKind.Writer, options.Script, context);
        return Task.CompletedTask;
    }

    public ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var scope = new ScriptScope
        {
            Connector = context.Name,
            MessageId = message.MessageId,
            Content = message.Content,
            Inbound = context.Codec,
            Outbound = context.Codec,
            Maps = message.Maps,
            Snapshot = message.Snapshot,
            ConnectorId = message.ConnectorId,
        };
        var result = _unit!.Run(scope, cancellationToken);

        // Also of a run that failed: the map has them already, so they must be recorded.
        message.StateChanges.AddRange(scope.StateChanges);
        if (result.Error is { Kind: "cancelled" })
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return ValueTask.FromResult(
            result.Outcome == ScriptOutcome.Failed ? Failed(result.Error)
            : result.Response is { } made ? Outcome(Allowed(made.Status), made.Content, null, Details(made))
            : ResponseOf(result.Value));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Response Failed(ScriptError? error) =>
        Response.Failed($"The script failed: {error?.Place ?? "no reason given"}.") with { Error = error?.ToString() };

    private Response ResponseOf(object? value)
    {
        try
        {
            return value switch
            {
                null or bool or double => Response.Sent("the script ran"),
                string text when StatusOf(text) is { } status => Outcome(status, default, null, null),
                IEnumerable<KeyValuePair<string, object?>> entries when AsOutcome(entries) is { } response => response,
                _ => Response.Sent("the script ran", ScriptValues.Content(value, context.Codec)),
            };
        }
        catch (MessageFormatException e)
        {
            return Response.Failed($"What the script returned cannot be written: {e.Message}");
        }
    }

    // { status, message, statusMessage, error }, as Mirth's Response has them. Without a status it is an object like any other.
    private Response? AsOutcome(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var fields = new Dictionary<string, object?>(entries);
        if (!fields.TryGetValue("status", out var given) || given is null)
        {
            return null;
        }

        if (StatusOf(given as string) is not { } status)
        {
            return Response.Failed($"The script returned a status that is none: wanted SENT, QUEUED or ERROR. The place: {options.Script!.Name}.");
        }

        var content = fields.GetValueOrDefault("message") is { } message ? ScriptValues.Content(message, context.Codec) : default;
        return Outcome(status, content, fields.GetValueOrDefault("statusMessage") as string, fields.GetValueOrDefault("error") as string);
    }

    private static Response Outcome(MessageStatus status, ReadOnlyMemory<byte> content, string? statusMessage, string? error) => new()
    {
        Status = status,
        Content = content,
        StatusMessage = statusMessage ?? (status == MessageStatus.Sent ? "the script ran" : $"the script says {status}"),
        Error = status == MessageStatus.Sent ? null : error ?? statusMessage ?? $"The script says {status} and gives no reason (error).",

        // What a script did before it asked for another attempt nobody knows.
        IsUncertain = status == MessageStatus.Queued,
    };

    // As in the reference: whatever a script returns else is no outcome of a delivery.
    private static MessageStatus Allowed(MessageStatus status) =>
        status is MessageStatus.Sent or MessageStatus.Queued ? status : MessageStatus.Error;

    // The line that logs and senders see stays free of what a script may have put in.
    private static string? Details(Response made) => string.IsNullOrEmpty(made.Error)
        ? (made.StatusMessage.Length > 0 ? made.StatusMessage : null)
        : $"{made.StatusMessage} {made.Error}".Trim();

    private static MessageStatus? StatusOf(string? text) => text switch
    {
        "SENT" => MessageStatus.Sent,
        "QUEUED" => MessageStatus.Queued,
        "ERROR" => MessageStatus.Error,
        _ => null,
    };
}
