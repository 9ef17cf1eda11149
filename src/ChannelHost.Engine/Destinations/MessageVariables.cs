using System.Globalization;
using ChannelHost.Engine.Attachments;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// What <c>${name}</c> stands for when a message is sent: the maps and what is always there (<see cref="TemplateVariables"/>), and the message's own
/// properties: controlId, messageId, channel, destination, attempt, uuid, <c>date:FORMAT</c> (now) and <c>received:FORMAT</c> (UTC, .NET formats).
/// </summary>
internal sealed class MessageVariables : IVariableLookup
{
    private readonly DestinationWork _work;
    private readonly ScriptEnvironment _environment;
    private readonly string _destination;
    private readonly int _attempt;
    private readonly Reattachment? _attachments;
    private readonly TemplateVariables _variables;

    /// <param name="work">The message.</param>
    /// <param name="maps">Its maps.</param>
    /// <param name="environment">The channel's.</param>
    /// <param name="destination">The destination's name.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="attachments">Puts attachments back into what the message's values hold; null for not at all.</param>
    /// <param name="snapshot">The message as templates see it; null for not at all.</param>
    /// <param name="connectorId">The destination's number in it.</param>
    /// <param name="count">The destination's counter.</param>
    public MessageVariables(
        DestinationWork work,
        MessageMaps maps,
        ScriptEnvironment environment,
        string destination,
        int attempt,
        Reattachment? attachments = null,
        Func<MessageSnapshot>? snapshot = null,
        int connectorId = 0,
        Func<long>? count = null)
    {
        _work = work;
        _environment = environment;
        _destination = destination;
        _attempt = attempt;
        _attachments = attachments;
        _variables = new TemplateVariables(environment, maps) { Own = FromMessage, Snapshot = snapshot, ConnectorId = connectorId, Count = count };
    }

    /// <summary>The channel's metadata of the message; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? Find(string name) => _variables.Find(name);

    public object? FindValue(string name) => _variables.FindValue(name);

    public string Show(string reference, string text) => _attachments?.Apply(text) ?? text;

    private string? FromMessage(string name) => name switch
    {
        "controlId" => _work.ControlId,
        "messageId" => _work.MessageId.ToString(CultureInfo.InvariantCulture),
        "channel" => _environment.Channel,
        "destination" => _destination,
        "attempt" => _attempt.ToString(CultureInfo.InvariantCulture),
        "uuid" => TemplateVariables.Uuid(_environment.Random).ToString(),
        _ when name.StartsWith("date:", StringComparison.Ordinal) => Format(_environment.Time.GetUtcNow(), name[5..]),
        _ when name.StartsWith("received:", StringComparison.Ordinal) => _work.ReceivedAt is { } at ? Format(at, name[9..]) : null,
        _ => Metadata?.GetValueOrDefault(name),
    };

    private static string? Format(DateTimeOffset time, string format)
    {
        try
        {
            return time.ToString(format.Trim(), CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
