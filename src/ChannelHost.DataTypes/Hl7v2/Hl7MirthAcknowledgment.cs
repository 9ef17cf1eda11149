using System.Text;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Writes an acknowledgment as Mirth Connect's automatic response does: first components only, the time as control id, the text as it is.</summary>
internal static class Hl7MirthAcknowledgment
{
    private const int ShortestMessage = 9;

    /// <summary>The answer, or null when MSH-15 wants none or nothing can be answered.</summary>
    public static ReadOnlyMemory<byte>? Write(in Hl7Header header, AcknowledgmentOutcome outcome, Hl7v2Settings settings)
    {
        var options = settings.Options;
        var (code, text) = outcome.IsRejected ? (options.ErrorCode, options.ErrorText) : outcome.Status switch
        {
            MessageStatus.Error => (options.ErrorCode, options.ErrorText),
            MessageStatus.Filtered => (options.RejectCode, options.RejectText),
            _ => (options.SuccessCode, options.SuccessText),
        };
        var isGood = !outcome.IsRejected && outcome.Status is not (MessageStatus.Error or MessageStatus.Filtered);
        if (options.HonourMsh15 && !Wants(header.Component(15, 1), isGood))
        {
            return null;
        }

        var delimiters = header.IsNone ? Hl7Delimiters.Standard : header.Delimiters;
        var charset = settings.Charsets.Resolve(header.Charset, delimiters);
        return Text(header, delimiters, charset, outcome, settings, code, text) is { } written ? charset.Write(written) : default(ReadOnlyMemory<byte>?);
    }

    private static string? Text(
        in Hl7Header header, in Hl7Delimiters delimiters, Charset charset, AcknowledgmentOutcome outcome, Hl7v2Settings settings, string code, string text)
    {
        if (header.IsNone || header.Length < ShortestMessage)
        {
            return null;
        }

        char field = (char)delimiters.Field, component = Or(delimiters.Component, '^');
        var now = settings.AcknowledgmentTime.Format(outcome.Time, ZoneOf(outcome.Time));
        var version = First(header, 12, charset) is { Length: > 0 } given ? given : "2.4";
        var processing = First(header, 11, charset) is { Length: > 0 } id ? id : "P";
        if (header.Component(11, 2) is { IsEmpty: false } mode)
        {
            processing += component + charset.Read(mode, 0);
        }

        var type = version.Length > 2 && version[0] == '2' && version[2] > '3' ? $"ACK{component}{First2(header, charset)}{component}ACK" : "ACK";
        var answer = new StringBuilder("MSH").Append(field).Append(component).Append(Or(delimiters.Repetition, '~')).Append(Or(delimiters.Escape, '\\')).Append(Or(delimiters.Subcomponent, '&'));
        Append(First(header, 5, charset) is { Length: > 0 } receiver ? receiver : "MIRTH");
        Append(First(header, 6, charset));
        Append(First(header, 3, charset));
        Append(First(header, 4, charset));
        Append(now);
        Append("");
        Append(type);
        Append(now);
        Append(processing);
        Append(version);
        answer.Append("\rMSA");
        Append(code);
        Append(First(header, 10, charset) is { Length: > 0 } controlId ? controlId : "1");
        if (text.Length > 0)
        {
            Append(text);
        }

        return answer.Append('\r').ToString();

        void Append(string value) => answer.Append(field).Append(value);
    }

    private static TimeZoneInfo ZoneOf(DateTimeOffset time) =>
        time.Offset == TimeSpan.Zero ? TimeZoneInfo.Utc : TimeZoneInfo.CreateCustomTimeZone("sender", time.Offset, null, null);

    private static string First(in Hl7Header header, int field, Charset charset) => charset.Read(header.Component(field, 1), 0);

    private static string First2(in Hl7Header header, Charset charset) => charset.Read(header.Component(9, 2), 0);

    private static char Or(byte delimiter, char usual) => delimiter == 0 ? usual : (char)delimiter;

    // HL7 table 0155.
    private static bool Wants(ReadOnlySpan<byte> condition, bool isGood) =>
        !condition.SequenceEqual("NE"u8)
        && (!condition.SequenceEqual("ER"u8) || !isGood)
        && (!condition.SequenceEqual("SU"u8) || isGood);
}
