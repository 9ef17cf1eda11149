using System.Text;
using ChannelHost.Engine.Cases;
using ChannelHost.Import.Messages;

namespace ChannelHost.Server.Importing;

/// <summary>An exported message as a case of the imported channel: what went in there goes in here, partners answer as they did, and what came of it there is what must come of it here.</summary>
internal sealed class ReplayedCase(ChannelDefinition definition, IReadOnlyList<string> ignore)
{
    /// <summary>What partners that failed there say when they fail here.</summary>
    internal const string PartnerFailed = "as in the export";

    private const string Extension = "exported";

    private static readonly string[] VolatileInAnswers = ["MSH-7", "MSH-10"];

    private readonly IMessageCodec _source = Codec(definition.Source.DataType);

    /// <summary>The case of a message.</summary>
    public ChannelCase Of(ExportedMessage message, int number)
    {
        var source = message.Source!;
        var raw = source.IsBinary ? Convert.FromBase64String(source.Raw!) : _source.Encode(source.Raw!);
        return new ChannelCase
        {
            Channel = definition.Name,
            Name = $"{number:00000}-{message.Id}",
            File = message.Place,
            Input = _source.ToText(raw),
            Settings = new CaseSettings
            {
                SourceMap = source.SourceMap,
                Clock = message.ReceivedAt,
                TimeZone = TimeZoneInfo.Local,
                MessageId = Math.Max(1, message.Id),
                Answers = Answers(message),
                Ignore = Ignored(),
            },
            Expectation = Expectation(message),
        };
    }

    /// <summary>The destination that an exported one became: by its number, else by its name; null when the channel has none.</summary>
    public DestinationDefinition? DestinationOf(ExportedConnector connector) =>
        definition.Destinations.FirstOrDefault(destination => destination.Id == connector.Id)
        ?? definition.Destinations.FirstOrDefault(destination => string.Equals(destination.Name, connector.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>True when the connector had something to send, whatever became of it.</summary>
    public static bool WasHanded(ExportedConnector connector) =>
        connector.Status != MessageStatus.Error || connector.WasSent || connector.ResponseStatus is not null || connector.Encoded is not null;

    /// <summary>True for a destination whose content is not compared: what a script that writes is handed is its own business; what came of it is compared.</summary>
    public static bool IsUncompared(DestinationDefinition destination) => destination.Connector.StandIn == CaseStandIn.Itself && destination.Connector.Type != "channel";

    // An export that has answers of partners has those to senders too: without one, nothing was answered.
    private bool? IsAnswered(ExportedMessage message) => definition.Source.Connector.StandIn == CaseStandIn.Silent ? null : message.Source!.Response switch
    {
        { Length: > 0 } => true,
        not null => false,
        null => message.Destinations.Any(connector => connector.Response is { Length: > 0 }) ? false : null,
    };

    private Dictionary<string, CaseAnswer> Answers(ExportedMessage message)
    {
        var answers = new Dictionary<string, CaseAnswer>(StringComparer.Ordinal);
        foreach (var connector in message.Destinations)
        {
            // One that is itself does here what it did there, and one that failed before it had something to send had no partner to answer.
            if (DestinationOf(connector) is not { } destination || destination.Connector.StandIn == CaseStandIn.Itself || !WasHanded(connector))
            {
                continue;
            }

            answers[destination.Name] = new CaseAnswer
            {
                Status = connector.ResponseStatus ?? connector.Status switch
                {
                    MessageStatus.Queued => MessageStatus.Queued,
                    MessageStatus.Error => MessageStatus.Error,
                    _ => MessageStatus.Sent,
                },
                Content = connector.Response is { } answer ? Codec(destination.ResponseDataType ?? destination.DataType).ToText(Encoding.UTF8.GetBytes(answer)) : default(ReadOnlyMemory<byte>?),
                Reason = PartnerFailed,
            };
        }

        return answers;
    }

    private Dictionary<string, IReadOnlyList<string>> Ignored()
    {
        var ignored = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (ignore.Count > 0)
        {
            ignored["*"] = ignore;
        }

        // The time and the control id of an automatic acknowledgment are of the moment.
        if (_source.DataType == "hl7v2")
        {
            ignored["response"] = VolatileInAnswers;
        }

        return ignored;
    }

    private CaseExpectation Expectation(ExportedMessage message)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var outcomes = new Dictionary<string, DestinationOutcome>(StringComparer.Ordinal);
        foreach (var destination in definition.Destinations.Where(destination => destination.Enabled))
        {
            outcomes[destination.Name] = new DestinationOutcome();
        }

        foreach (var connector in message.Destinations)
        {
            if (DestinationOf(connector) is not { Enabled: true } destination)
            {
                continue;
            }

            outcomes[destination.Name] = new DestinationOutcome { Status = Settled(connector.Status) };
            var content = destination.Content is null ? connector.Encoded : connector.Sent ?? connector.Encoded;
            var wasSent = connector.Status is MessageStatus.Sent or MessageStatus.Queued || connector.WasSent || (connector.Status == MessageStatus.Error && destination.Connector.StandIn == CaseStandIn.Itself);
            if (content is not null && !IsUncompared(destination) && wasSent)
            {
                var codec = Codec(destination.DataType);
                files[$"{CaseFileNames.Stem(destination.Name)}.{Extension}"] = codec.ToText(Encoding.UTF8.GetBytes(content));
            }
        }

        if (message.Source!.Response is { Length: > 0 } response && definition.Source.Connector.StandIn != CaseStandIn.Silent)
        {
            files[$"{CaseFileNames.Response}.{Extension}"] = _source.ToText(Encoding.UTF8.GetBytes(response));
        }

        return new CaseExpectation
        {
            Files = files,
            Outcome = new CaseOutcome
            {
                IsAnswered = IsAnswered(message),
                Messages =
                [
                    new MessageOutcome
                    {
                        Status = message.Source.Status ?? MessageStatus.Transformed,
                        Destinations = message.Source.Status is null or MessageStatus.Transformed ? outcomes : new Dictionary<string, DestinationOutcome>(),
                    },
                ],
            },
        };
    }

    private static MessageStatus? Settled(MessageStatus? status) => status is MessageStatus.Pending or MessageStatus.Received ? MessageStatus.Queued : status;

    private static IMessageCodec Codec(DataTypeChoice choice) => choice.DataType.CreateCodec(choice.Options);
}
