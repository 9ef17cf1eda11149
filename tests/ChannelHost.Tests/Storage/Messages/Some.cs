using System.Text;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>Invented messages.</summary>
internal static class Some
{
    internal static readonly DateTimeOffset Morning = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    internal static MessageRecord Message(
        long id,
        MessageStatus status = MessageStatus.Transformed,
        string? controlId = null,
        string content = "MSH|^~\\&|PMS|CLINIC|EHR|CLINIC|20260301||ADT^A04|1|P|2.5",
        params DestinationRecord[] destinations) => new()
        {
            Id = id,
            ReceivedAt = Morning.AddSeconds(id),
            Status = status,
            Raw = Encoding.UTF8.GetBytes(content),
            DataType = "hl7v2",
            ControlId = controlId,
            MessageType = "ADT^A04",
            Destinations = destinations,
        };

    internal static DestinationRecord Queued(string name = "ehr") => new() { Name = name, Status = MessageStatus.Queued };

    internal static DestinationRecord Pending(string name = "ehr") => new() { Name = name, Status = MessageStatus.Pending };

    internal static DestinationUpdate Sent(long id, string destination = "ehr", int attempts = 1) => new()
    {
        MessageId = id,
        Destination = destination,
        Status = MessageStatus.Sent,
        Attempts = attempts,
        SentAt = Morning.AddMinutes(1),
    };

    internal static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
