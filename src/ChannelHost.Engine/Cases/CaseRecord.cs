namespace ChannelHost.Engine.Cases;

/// <summary>What happened in a case.</summary>
/// <param name="Messages">The messages that the input was taken apart into.</param>
/// <param name="Response">What the sender is answered; null for nothing.</param>
/// <param name="HasListener">False when the source has nobody to answer to (a folder).</param>
/// <param name="Routed">What went to other channels.</param>
internal sealed record CaseRecord(
    IReadOnlyList<RecordedMessage> Messages,
    ReadOnlyMemory<byte>? Response,
    bool HasListener,
    IReadOnlyList<RoutedMessage> Routed)
{
    /// <summary>Reads the world after the case.</summary>
    /// <param name="world">The world.</param>
    /// <param name="response">What the channel said to its source.</param>
    /// <param name="queued">What the first attempts at queued messages gave.</param>
    public static CaseRecord Of(CaseWorld world, SourceResponse response, IReadOnlyDictionary<(long, string), Response> queued) => new(
        [.. world.Store.Messages.Select(message => Message(world, message, queued))],
        response.Content,
        world.Definition.Source.Connector.StandIn != CaseStandIn.Silent,
        world.Router.Routed);

    /// <summary>All that failed, as it would be recorded.</summary>
    public IReadOnlyList<string> Errors =>
    [
        .. Messages.SelectMany(message => (string?[])[message.Error, message.PostprocessorError, .. message.Destinations.Select(destination => destination.Error)]).OfType<string>(),
    ];

    /// <summary>The same as files and words.</summary>
    public CaseExpectation AsExpectation(CaseCodecs codecs)
    {
        var files = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        for (var number = 1; number <= Messages.Count; number++)
        {
            foreach (var destination in Messages[number - 1].Destinations)
            {
                if (destination.Delivered is { } delivered)
                {
                    var codec = codecs.Of(destination.Name);
                    files[CaseFileNames.Of(destination.Name, number, Messages.Count, ContentKind.Extension(codec.DataType, delivered.Content))] = codec.ToText(delivered.Content);
                }
            }
        }

        if (HasListener && Response is { } response)
        {
            files[$"{CaseFileNames.Response}.{ContentKind.Extension(codecs.Source.DataType, response)}"] = codecs.Source.ToText(response);
        }

        for (var number = 1; number <= Routed.Count; number++)
        {
            var content = Routed[number - 1].Content;
            files[CaseFileNames.OfRouted(number, ContentKind.Extension(null, content))] = codecs.For(content)?.ToText(content) ?? content;
        }

        return new CaseExpectation { Files = files, Outcome = Outcome(codecs) };
    }

    private CaseOutcome Outcome(CaseCodecs codecs) => new()
    {
        Messages = [.. Messages.Select(message => message.AsOutcome(codecs.Destinations))],
        IsAnswered = HasListener ? Response is not null : null,
        Routed = [.. Routed.Select(routed => routed.Channel)],
    };

    private static RecordedMessage Message(CaseWorld world, MessageRecord message, IReadOnlyDictionary<(long, string), Response> queued) => new(
        message.Status,
        message.Error,
        world.Store.PostprocessorError(message.Id),
        [.. message.Destinations.Select(destination => Destination(world, message.Id, destination, queued))]);

    private static RecordedDelivery Destination(CaseWorld world, long id, DestinationRecord destination, IReadOnlyDictionary<(long, string), Response> queued)
    {
        var delivered = world.Deliveries.Find(id, destination.Name);
        return queued.TryGetValue((id, destination.Name), out var response)
            ? new RecordedDelivery(destination.Name, response.Status, response.Status == MessageStatus.Sent ? null : response.Error ?? response.StatusMessage, delivered)
            : world.Store.UpdateOf(id, destination.Name) is { } update
                ? new RecordedDelivery(destination.Name, update.Status, update.Error, delivered)
                : new RecordedDelivery(destination.Name, destination.Status, destination.Error, delivered);
    }
}

/// <summary>What became of a message.</summary>
/// <param name="Status">At the source.</param>
/// <param name="Error">Why it failed there.</param>
/// <param name="PostprocessorError">Why the postprocessor failed.</param>
/// <param name="Destinations">At the destinations it went to.</param>
internal sealed record RecordedMessage(MessageStatus Status, string? Error, string? PostprocessorError, IReadOnlyList<RecordedDelivery> Destinations)
{
    /// <summary>All that failed here, for looking a text up in it.</summary>
    public string? Errors => Error ?? PostprocessorError;

    /// <summary>In words; destinations that a script took out are named too.</summary>
    public MessageOutcome AsOutcome(IReadOnlyList<string> all)
    {
        var destinations = new Dictionary<string, DestinationOutcome>(StringComparer.Ordinal);
        foreach (var name in Status == MessageStatus.Transformed ? all : [])
        {
            destinations[name] = Destinations.FirstOrDefault(destination => destination.Name == name)?.AsOutcome() ?? new DestinationOutcome();
        }

        return new MessageOutcome { Status = Status, Text = ErrorText.Short(Errors), Destinations = destinations };
    }
}

/// <summary>What became of a message at a destination.</summary>
/// <param name="Name">The destination.</param>
/// <param name="Status">Sent, Queued, Filtered or Error.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Delivered">What it was handed; null for nothing.</param>
internal sealed record RecordedDelivery(string Name, MessageStatus Status, string? Error, Delivered? Delivered)
{
    /// <summary>In words.</summary>
    public DestinationOutcome AsOutcome() => new()
    {
        Status = Status,
        Text = ErrorText.Short(Error),
        Settings = Delivered?.Settings ?? new Dictionary<string, string>(),
    };
}
