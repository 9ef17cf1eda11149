namespace ChannelHost.Abstractions;

/// <summary>Reads and writes messages of one data type with given settings. Holds no message; safe for use by many threads.</summary>
public interface IMessageCodec
{
    /// <summary>The data type's name.</summary>
    string DataType { get; }

    /// <summary>What scripts get.</summary>
    MessageModel Model { get; }

    /// <summary>Reads a message of model <see cref="MessageModel.Tree"/>. Lenient and lazy.</summary>
    /// <exception cref="MessageFormatException">The bytes are no message of this type, or a limit is exceeded.</exception>
    /// <exception cref="NotSupportedException">The model is another.</exception>
    IMessageTree Parse(ReadOnlyMemory<byte> content);

    /// <summary>The bytes as text in the charset that the message or the settings name.</summary>
    /// <exception cref="MessageFormatException">The bytes cannot be decoded. Replacement characters are never passed on.</exception>
    string Decode(ReadOnlyMemory<byte> content);

    /// <summary>Text as bytes, in the charset that the text itself names (HL7 v2: MSH-18), else the settings'.</summary>
    /// <exception cref="MessageFormatException">A character does not exist in the charset.</exception>
    ReadOnlyMemory<byte> Encode(string text);

    /// <summary>
    /// A message of model <see cref="MessageModel.Json"/> as the JSON text that scripts get as an object. The default is <see cref="Decode"/>; a type whose
    /// bytes are something else (delimited) says here what the object is.
    /// </summary>
    /// <exception cref="MessageFormatException">The bytes are no message of this type, or a limit is exceeded.</exception>
    string ReadJson(ReadOnlyMemory<byte> content) => Decode(content);

    /// <summary>The way back: the JSON text of what scripts left, as bytes. The default is <see cref="Encode"/>.</summary>
    /// <exception cref="MessageFormatException">This type cannot say what the object says.</exception>
    ReadOnlyMemory<byte> WriteJson(string json) => Encode(json);

    /// <summary>What the store indexes. Never throws: what cannot be told is null.</summary>
    MessageDescription Describe(ReadOnlyMemory<byte> content);

    /// <summary>
    /// What scripts of imported channels find in their connector map before they run: <c>mirth_source</c>, <c>mirth_type</c>, <c>mirth_version</c> (HL7 v2: MSH-4.1,
    /// MSH-9.1 and 9.2 with a dash between, MSH-12.1). Null, the default, for types that say nothing. Never throws.
    /// </summary>
    IReadOnlyDictionary<string, string>? Facts(ReadOnlyMemory<byte> content) => null;

    /// <summary>The answer for a sender, or null when this type has none or the sender asked for none (HL7 v2: MSH-15 and MSH-16).</summary>
    /// <param name="content">The message being answered, as received. It may be garbage.</param>
    /// <param name="outcome">What to say.</param>
    ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome);

    /// <summary>A judge for answers to this sent message, or null when any answer will do.</summary>
    IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent);

    /// <summary>
    /// Where two messages differ in meaning: what this type holds for equal (the order of a JSON object's members, a line end, an empty last field) is no
    /// difference. The default compares bytes. For golden cases and replays, not for the path of live messages.
    /// </summary>
    /// <param name="expected">What was wanted.</param>
    /// <param name="actual">What came.</param>
    /// <param name="ignore">Paths as in <see cref="MessageDifference.Path"/>, below which nothing is compared; <c>*</c> stands for any one step or index.</param>
    /// <exception cref="FormatException">A path to ignore cannot be read; the message says which and how paths look.</exception>
    /// <returns>In the order of the messages, at most 1,000; empty when they mean the same.</returns>
    IReadOnlyList<MessageDifference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IReadOnlyList<string> ignore)
    {
        var place = expected.Span.CommonPrefixLength(actual.Span);
        return place == expected.Length && place == actual.Length
            ? []
            : [new MessageDifference($"byte {place + 1}", null, $"{expected.Length} bytes", $"{actual.Length} bytes")];
    }

    /// <summary>A message as it is kept in a file that people read and compare (HL7 v2: a line for each segment). The default is the message as it is.</summary>
    ReadOnlyMemory<byte> ToText(ReadOnlyMemory<byte> content) => content;

    /// <summary>The message in a file that people write: the reverse of <see cref="ToText"/>, where it changes more than the looks. The default is the file as it is.</summary>
    ReadOnlyMemory<byte> FromText(ReadOnlyMemory<byte> text) => text;
}

/// <summary>What the store indexes of a message.</summary>
/// <param name="ControlId">The sender's own id (HL7 v2: MSH-10).</param>
/// <param name="MessageType">The kind, for example <c>ADT^A01</c>.</param>
public readonly record struct MessageDescription(string? ControlId, string? MessageType);

/// <summary>What an acknowledgment is to say.</summary>
public sealed record AcknowledgmentOutcome
{
    /// <summary>What became of the message. <see cref="MessageStatus.Error"/> gives AE (CE), <see cref="MessageStatus.Filtered"/> AR only where the settings say so, all else AA (CA).</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>
    /// The stage that the answer speaks for. <see cref="AcknowledgmentStage.Commit"/>: the message is stored, not processed.
    /// In original mode the codes are the same AA, AE, AR for both; in enhanced mode (MSH-15 or MSH-16 valued) a commit gives CA, CE, CR where MSH-15
    /// wants it, and <see cref="AcknowledgmentStage.Application"/> gives AA, AE, AR where MSH-16 wants it, else what the commit would.
    /// </summary>
    public required AcknowledgmentStage Stage { get; init; }

    /// <summary>
    /// True when the message itself was refused and not kept (no message, too large): AR or CR, whatever the status. For a failure of ours that
    /// may pass (the store is full) leave it false and give <see cref="MessageStatus.Error"/>: AE or CE tells the sender to try again.
    /// </summary>
    public bool IsRejected { get; init; }

    /// <summary>Text for people (MSA-3 or ERR-8); no patient data. Null for none.</summary>
    public string? Text { get; init; }

    /// <summary>The time to put into the answer.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The answer's own control id.</summary>
    public required string ControlId { get; init; }
}

/// <summary>Which of the two answers of HL7's enhanced mode is meant.</summary>
public enum AcknowledgmentStage
{
    /// <summary>Stored safely.</summary>
    Commit,

    /// <summary>Processed.</summary>
    Application,
}
