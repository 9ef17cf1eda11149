using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>Writes the YAML files of cases: few words, in a fixed order, so that a changed outcome is a short change in version control.</summary>
internal static class CaseYaml
{
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>outcome.yaml</c>.</summary>
    public static byte[] Write(CaseOutcome outcome)
    {
        var text = new StringBuilder();
        if (outcome.Messages is [var only])
        {
            Message(text, only, "", "");
        }
        else
        {
            text.Append("messages:\n");
            foreach (var message in outcome.Messages)
            {
                Message(text, message, "  - ", "    ");
            }
        }

        if (outcome.IsAnswered == false)
        {
            text.Append("response: none\n");
        }

        if (outcome.Routed is { Count: > 0 } routed)
        {
            text.Append("routed:\n");
            foreach (var channel in routed)
            {
                text.Append("  - ").Append(Scalar(channel)).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The settings of a case; null when they are all as without a file.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="answerFiles">Where the answers of partners are, by destination.</param>
    public static byte[]? Write(CaseSettings settings, IReadOnlyDictionary<string, string> answerFiles)
    {
        var defaults = new CaseSettings();
        var text = new StringBuilder();
        if (settings.Clock != defaults.Clock)
        {
            text.Append(CultureInfo.InvariantCulture, $"clock: {settings.Clock.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n");
        }

        if (settings.MessageId != defaults.MessageId)
        {
            text.Append(CultureInfo.InvariantCulture, $"messageId: {settings.MessageId}\n");
        }

        Map(text, "sourceMap", settings.SourceMap);
        Map(text, "globalMap", settings.GlobalMap);
        Map(text, "globalChannelMap", settings.GlobalChannelMap);
        Answers(text, settings.Answers, answerFiles);
        return text.Length == 0 ? null : Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Message(StringBuilder text, MessageOutcome message, string first, string indent)
    {
        text.Append(first).Append("source: ").Append(OutcomeWords.Of(message.Status)).Append('\n');
        if (message.Text is { } why)
        {
            text.Append(indent).Append("text: ").Append(Scalar(why)).Append('\n');
        }

        if (message.Destinations.Count > 0)
        {
            text.Append(indent).Append("destinations:\n");
        }

        foreach (var (name, destination) in message.Destinations)
        {
            Destination(text, name, destination, indent + "  ");
        }
    }

    private static void Destination(StringBuilder text, string name, DestinationOutcome destination, string indent)
    {
        text.Append(indent).Append(Scalar(name)).Append(':');
        if (destination.Text is null && destination.Settings.Count == 0)
        {
            text.Append(' ').Append(OutcomeWords.Of(destination.Status)).Append('\n');
            return;
        }

        text.Append('\n').Append(indent).Append("  outcome: ").Append(OutcomeWords.Of(destination.Status)).Append('\n');
        if (destination.Text is { } why)
        {
            text.Append(indent).Append("  text: ").Append(Scalar(why)).Append('\n');
        }

        if (destination.Settings.Count > 0)
        {
            text.Append(indent).Append("  settings:\n");
            foreach (var (setting, value) in destination.Settings)
            {
                text.Append(indent).Append("    ").Append(Scalar(setting)).Append(": ").Append(Scalar(value)).Append('\n');
            }
        }
    }

    private static void Map(StringBuilder text, string name, IReadOnlyDictionary<string, object?> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        text.Append(name).Append(":\n");
        foreach (var (key, value) in map)
        {
            // JSON is YAML: lists and maps in a map go on one line.
            var plain = value switch
            {
                null => "null",
                string string_ => Scalar(string_),
                _ => JsonSerializer.Serialize(value, Quoting),
            };
            text.Append("  ").Append(Scalar(key)).Append(": ").Append(plain).Append('\n');
        }
    }

    private static void Answers(StringBuilder text, IReadOnlyDictionary<string, CaseAnswer> answers, IReadOnlyDictionary<string, string> files)
    {
        if (answers.Count > 0)
        {
            text.Append("answers:\n");
        }

        foreach (var (name, answer) in answers)
        {
            text.Append("  ").Append(Scalar(name)).Append(":\n    status: ").Append(OutcomeWords.Of(answer.Status)).Append('\n');
            if (answer.Status != MessageStatus.Sent)
            {
                text.Append("    reason: ").Append(Scalar(answer.Reason)).Append('\n');
            }

            if (files.TryGetValue(name, out var file))
            {
                text.Append("    file: ").Append(Scalar(file)).Append('\n');
            }
        }
    }

    /// <summary>A text that is read as that text, whatever stands in it.</summary>
    private static string Scalar(string text) => IsPlain(text) ? text : JsonSerializer.Serialize(text, Quoting);

    private static bool IsPlain(string text) =>
        text.Length is > 0 and <= 200
        && char.IsAsciiLetter(text[0])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/')
        && text is not ("true" or "false" or "null");
}
