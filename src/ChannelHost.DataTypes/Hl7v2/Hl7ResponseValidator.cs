namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Judges answers to one sent message. Only AA or CA that names the control id that was sent confirms it. An answer that cannot be one, or
/// belongs to another message, says nothing about this one: it is tried again, on a new connection.
/// </summary>
internal sealed class Hl7ResponseValidator(Hl7v2Settings settings, string? controlId, bool expectsAnswer = true) : IResponseValidator
{
    private const int MaxQuoted = 500;

    public bool ExpectsAnswer => expectsAnswer;

    public ResponseVerdict Judge(ReadOnlyMemory<byte> answer)
    {
        var read = Hl7Answer.Read(settings, answer);
        if (read.Code is null)
        {
            return Unusable(answer.IsEmpty ? "The partner's answer is empty." : "The partner's answer is no HL7 v2 acknowledgment: it has no MSA segment that can be read.", answer);
        }

        // Before anything else: whatever it says, it says it of another message.
        if (controlId is not null && !Names(read.ControlId))
        {
            return Unusable($"The partner's answer names control id {Quote(read.ControlId)}, but {Quote(controlId)} was sent.", answer);
        }

        return read.Code switch
        {
            "AA" or "CA" => new ResponseVerdict(Response.Sent($"Confirmed with {read.Code}.", answer), false),
            "AE" or "CE" => new ResponseVerdict(Negative(read, "an error", settings.Options.OnError, answer), false),
            "AR" or "CR" => new ResponseVerdict(Negative(read, "a rejection", settings.Options.OnReject, answer), false),
            "" => Unusable("The partner's answer has an empty acknowledgment code (MSA-1).", answer),
            _ => Unusable($"The partner's answer has an acknowledgment code that is not known (MSA-1 is {Quote(read.Code)}).", answer),
        };
    }

    private static ResponseVerdict Unusable(string reason, ReadOnlyMemory<byte> answer) => new(Response.Uncertain(reason, answer), true);

    // What the partner writes for people may hold patient data: it goes into the message's own record and nowhere else.
    private static Response Negative(Hl7Answer answer, string kind, Hl7AnswerPolicy policy, ReadOnlyMemory<byte> content)
    {
        var reason = $"The partner answered {answer.Code}, {kind}.";
        var response = policy == Hl7AnswerPolicy.Retry ? Response.TryAgain(reason, content) : Response.Failed(reason, content);
        return answer.Text is null ? response : response with { Error = $"{reason} It says: {Clean(answer.Text, MaxQuoted)}" };
    }

    // Some partners give back only the first component of an id that has more.
    private bool Names(string? id) => id is not null && (id == controlId || (controlId!.IndexOf('^', StringComparison.Ordinal) is > 0 and var end && id == controlId[..end]));

    private static string Quote(string? id) => string.IsNullOrEmpty(id) ? "(none)" : $"\"{Clean(id, 60)}\"";

    private static string Clean(string text, int length) =>
        string.Concat((text.Length > length ? text[..length] + "..." : text).Select(c => char.IsControl(c) ? ' ' : c));
}
