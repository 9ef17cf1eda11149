namespace ChannelHost.Engine.Cases;

/// <summary>Stands in for a destination's connector: keeps what it is handed and says what the partner would.</summary>
/// <param name="context">What the connector would get.</param>
/// <param name="options">The connector's settings.</param>
/// <param name="standIn">Who takes the message.</param>
/// <param name="answer">What the case says; null for what a healthy partner says.</param>
/// <param name="real">The connector's own destination where it is itself; null else.</param>
/// <param name="configuration">The values of this environment.</param>
/// <param name="deliveries">Where what it was handed is kept.</param>
internal sealed class CaseDestination(
    ConnectorContext context,
    object options,
    CaseStandIn standIn,
    CaseAnswer? answer,
    IDestination? real,
    IReadOnlyDictionary<string, string> configuration,
    CaseDeliveries deliveries) : IDestination
{
    /// <summary>The control id of answers that stand-ins give; as long as MSH-10 may be.</summary>
    private const string ControlId = "CASE0000000000000001";

    public Task StartAsync(CancellationToken cancellationToken) => real?.StartAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var settings = FilledSettings.Of(options, new WrittenValues(message.Variables, configuration), template => template.Written);
        var here = FilledSettings.Of(options, message.Variables, template => template);
        deliveries.Add(message.MessageId, context.Name, new Delivered(message.Content, settings, here));
        return real is not null ? await real.SendAsync(message, cancellationToken).ConfigureAwait(false)
            : answer is not null ? Told(answer, message)
            : standIn == CaseStandIn.Partner ? Healthy(message)
            : Response.Sent("taken by the case's stand-in");
    }

    public Task StopAsync(CancellationToken cancellationToken) => real?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => real?.DisposeAsync() ?? ValueTask.CompletedTask;

    // A name that no map of the message has may be answered by a value of the environment.
    private sealed class WrittenValues(IVariableLookup inner, IReadOnlyDictionary<string, string> configuration) : IVariableLookup
    {
        public string? Find(string name) =>
            inner.Find(name) is var found && found is not null && configuration.TryGetValue(name, out var value) && value == found ? "${" + name + "}" : found;

        public object? FindValue(string name) => inner.FindValue(name);

        public string Show(string reference, string text) => inner.Show(reference, text);
    }

    private Response Told(CaseAnswer told, OutgoingMessage message)
    {
        var content = told.Content is { } text ? context.Codec.FromText(text) : default;
        return told.Status switch
        {
            MessageStatus.Queued => Response.TryAgain(told.Reason, content),
            MessageStatus.Error => Response.Failed(told.Reason, content),
            _ => told.Content is null ? Healthy(message) : Judged(content, message),
        };
    }

    private Response Healthy(OutgoingMessage message)
    {
        var outcome = new AcknowledgmentOutcome
        {
            Status = MessageStatus.Sent,
            Stage = AcknowledgmentStage.Application,
            Time = context.Time.GetUtcNow(),
            ControlId = ControlId,
        };
        return context.Codec.Acknowledge(message.Content, outcome) is { } acknowledgment
            ? Judged(acknowledgment, message)
            : Response.Sent("taken by the case's stand-in");
    }

    // As every connector that reads answers must: what they mean is the data type's business.
    private static Response Judged(ReadOnlyMemory<byte> content, OutgoingMessage message) =>
        message.Validator?.Judge(content).Response ?? Response.Sent("taken by the case's stand-in", content);
}
