using System.Globalization;
using System.Text;

namespace ChannelHost.Server.Demo.Traffic;

/// <summary>Writes invented messages in HL7 v2's delimited form, UTF-8.</summary>
internal sealed class Er7Writer
{
    private readonly StringBuilder _text = new(1024);

    /// <summary>Begins a message.</summary>
    /// <param name="sender">MSH-3.</param>
    /// <param name="kind">MSH-9 with its structure: <c>ADT^A04^ADT_A01</c>.</param>
    /// <param name="controlId">MSH-10.</param>
    /// <param name="at">MSH-7.</param>
    public Er7Writer(string sender, string kind, string controlId, DateTimeOffset at) =>
        _text.Append(CultureInfo.InvariantCulture, $"MSH|^~\\&|{sender}|CLINIC|CHANNELHOST|HUB|{Time(at)}||{kind}|{controlId}|P|2.5.1||||||UNICODE UTF-8\r");

    /// <summary>Adds a segment as it stands.</summary>
    public Er7Writer Segment(FormattableString segment)
    {
        _text.Append(segment.ToString(CultureInfo.InvariantCulture)).Append('\r');
        return this;
    }

    /// <summary>Adds PID; without a record number when <paramref name="mrn"/> is empty.</summary>
    public Er7Writer Patient(Patient patient, string mrn) => Segment(
        $"PID|1||{(mrn.Length == 0 ? "" : $"{mrn}^^^CLINIC^MR")}||{Escape(patient.Family)}^{Escape(patient.Given)}||{patient.BornText}|{patient.Sex}|||{Escape(patient.Street)}^^{patient.City}^^{patient.Postcode}||{patient.Phone}|||||A-{patient.Mrn}");

    /// <summary>The whole as bytes.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    /// <summary>A time as HL7 v2 writes it, without an offset.</summary>
    public static string Time(DateTimeOffset at) => at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>A time as HL7 v2 writes it.</summary>
    public static string Time(DateTime at) => at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("&", "\\T\\", StringComparison.Ordinal);
}
