using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace ChannelHost.Server.Logs;

/// <summary>
/// Compact JSON, one event a line. The JSON writer escapes what JSON asks for; this also escapes what a terminal or a viewer would obey
/// (C1 controls, text that turns direction), so that <c>cat</c> of a log is safe, too.
/// </summary>
internal sealed class SafeJsonFormatter : ITextFormatter
{
    private readonly CompactJsonFormatter _json = new();

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _json.Format(logEvent, line);
        var text = line.GetStringBuilder().ToString().AsSpan().TrimEnd('\n').TrimEnd('\r');

        // These characters occur only inside JSON strings here, where \uXXXX says the same.
        var safe = new StringBuilder(text.Length + 1);
        PlainText.Append(safe, text);
        output.Write(safe.Append('\n'));
    }
}
