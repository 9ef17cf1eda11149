using System.Globalization;

namespace ChannelHost.Engine.Responses;

/// <summary>Writes the answers that the data type generates.</summary>
internal sealed class AutoResponder(IMessageCodec codec, TimeProvider time)
{
    /// <summary>The answer for a message that was stored; null when the sender wants none.</summary>
    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, long messageId, MessageStatus status, AcknowledgmentStage stage, string? text) =>
        codec.Acknowledge(content, Outcome(messageId, status, stage, text, isRejected: false));

    /// <summary>The negative answer for a message that was not stored.</summary>
    public ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, AcknowledgmentStage stage, string reason, bool isRejected) =>
        codec.Acknowledge(content, Outcome(0, MessageStatus.Error, stage, reason, isRejected));

    private AcknowledgmentOutcome Outcome(long messageId, MessageStatus status, AcknowledgmentStage stage, string? text, bool isRejected)
    {
        var now = time.GetUtcNow();
        return new AcknowledgmentOutcome
        {
            Status = status,
            Stage = stage,
            IsRejected = isRejected,
            Text = text,
            Time = now,
            ControlId = ControlId(now, messageId),
        };
    }

    /// <summary>Twenty characters, the most that MSH-10 holds before HL7 2.7: time to the millisecond and the last digits of the id.</summary>
    private static string ControlId(DateTimeOffset now, long messageId) =>
        string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMddHHmmssfff}{messageId % 1000:000}");
}
