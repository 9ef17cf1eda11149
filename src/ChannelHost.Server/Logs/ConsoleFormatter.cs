using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;

namespace ChannelHost.Server.Logs;

/// <summary>
/// One readable line an event: time, level, where, what. Exceptions give their kind and text; the stack is in the log file.
/// Whatever came from outside is escaped, so that no value can forge a line or colour.
/// </summary>
internal sealed class ConsoleFormatter(bool colours) : ITextFormatter
{
    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new StringBuilder(160);
        line.Append(logEvent.Timestamp.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)).Append(' ');
        var (word, colour) = Level(logEvent.Level);
        Coloured(line, word, colour);
        line.Append(' ');
        PlainText.Append(line, Rendered(logEvent));
        if (logEvent.Exception is { } error)
        {
            line.Append(" (");
            PlainText.Append(line, $"{error.GetType().Name}: {error.Message}");
            line.Append(')');
        }

        if (logEvent.Properties.TryGetValue(RepeatLimit.Suppressed, out var suppressed))
        {
            line.Append(CultureInfo.InvariantCulture, $" ({suppressed} more like this were left out)");
        }

        output.Write(line.Append('\n'));
    }

    /// <summary>What an event says, without time and level.</summary>
    public static string Rendered(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            // Serilog puts quotes around strings; people read names better without.
            if (token is Serilog.Parsing.PropertyToken { Format: null, Alignment: null } property
                && logEvent.Properties.TryGetValue(property.PropertyName, out var value)
                && value is ScalarValue { Value: string plain })
            {
                text.Write(plain);
                continue;
            }

            token.Render(logEvent.Properties, text, CultureInfo.InvariantCulture);
        }

        return text.ToString();
    }

    private void Coloured(StringBuilder line, string word, string colour)
    {
        if (colours)
        {
            line.Append("\u001b[").Append(colour).Append('m').Append(word).Append("\u001b[0m");
        }
        else
        {
            line.Append(word);
        }
    }

    private static (string Word, string Colour) Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => ("trace", "90"),
        LogEventLevel.Debug => ("debug", "90"),
        LogEventLevel.Information => ("info ", "36"),
        LogEventLevel.Warning => ("warn ", "33"),
        LogEventLevel.Error => ("error", "31"),
        _ => ("fatal", "97;41"),
    };
}
