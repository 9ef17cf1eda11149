using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Values;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary><c>ACKGenerator</c>: an HL7 v2 acknowledgment of a message.</summary>
internal static class AckGeneratorClass
{
    private const string DefaultDate = "yyyyMMddHHmmss";

    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "ACKGenerator")
        .Static("generateAckResponse", static call => call.Run.Text(call.Count switch
        {
            <= 3 => Generate(call, call.Text(0), call.Text(1), call.TextOrNull(2), DefaultDate, null),
            _ => Full(call),
        }))
        .Constructor(static _ => new object())
        .Build();

    // (message, isXML or data type, code, text, dateFormat, errorText)
    private static string Full(UserCall call)
    {
        if (PlainValue.From(call[1], call.Run) is true || string.Equals(call.TextOrNull(1), "XML", StringComparison.OrdinalIgnoreCase))
        {
            throw call.Error("makes acknowledgments of messages in ER7 form (MSH|...) only.");
        }

        return Generate(call, call.Text(0), call.Text(2), call.TextOrNull(3), call.TextOrNull(4) ?? DefaultDate, call.TextOrNull(5));
    }

    private static string Generate(UserCall call, string message, string code, string? text, string dateFormat, string? error)
    {
        if (message.Length < 9 || !message.StartsWith("MSH", StringComparison.OrdinalIgnoreCase))
        {
            throw call.Error("needs a message that begins with MSH.");
        }

        if (!JavaDatePattern.TryParse(dateFormat, out var pattern, out var problem))
        {
            throw call.Throw("java.lang.IllegalArgumentException", problem);
        }

        var end = message.AsSpan().IndexOfAny('\r', '\n');
        var header = (end < 0 ? message : message[..end]).Split(message[3]);
        var encoding = header.Length > 1 ? header[1] : "";
        var field = message[3];
        var component = encoding.Length > 0 ? encoding[0] : '^';
        var separators = encoding.Length >= 4 ? encoding[..4] : (encoding + "^~\\&"[Math.Min(encoding.Length, 4)..]);
        string First(int index) => header.Length > index ? header[index].Split(component)[0] : "";

        var time = call.Run.Environment.Time;
        var now = pattern.Format(time.GetUtcNow(), time.LocalTimeZone);
        var version = First(11) is { Length: > 0 } given ? given : "2.4";
        var triggered = IsLater(version) ? $"{component}{Second(header, 8, component)}{component}ACK" : "";
        var processing = header.Length > 10 && header[10].Length > 0 ? string.Join(component, header[10].Split(component).Take(2)) : "P";
        var answer = new StringBuilder()
            .Append("MSH").Append(field).Append(separators).Append(field)
            .AppendJoin(field, First(4) is { Length: > 0 } receiver ? receiver : "MIRTH", First(5), First(2), First(3), now, "", "ACK" + triggered, now, processing, version)
            .Append("\rMSA").Append(field).Append(code).Append(field).Append(First(9) is { Length: > 0 } id ? id : "1");
        if (!string.IsNullOrEmpty(text))
        {
            answer.Append(field).Append(text);
        }

        answer.Append('\r');
        return string.IsNullOrEmpty(error) ? answer.ToString() : answer.Append("ERR").Append(field).Append(error).Append('\r').ToString();
    }

    private static string Second(string[] header, int index, char component) =>
        header.Length > index && header[index].Split(component) is [_, var second, ..] ? second : "";

    private static bool IsLater(string version) =>
        version.StartsWith("2.", StringComparison.Ordinal) && version.Length > 2
        && int.TryParse(version.AsSpan(2, 1), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor > 3;
}
