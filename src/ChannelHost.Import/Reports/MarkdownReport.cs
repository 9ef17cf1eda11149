using System.Globalization;
using System.Text;

namespace ChannelHost.Import.Reports;

/// <summary>The report for people.</summary>
internal static class MarkdownReport
{
    private static readonly (ImportLevel Level, string Title)[] Sections =
    [
        (ImportLevel.Unsupported, "Unsupported: they cannot do here what they did, and are not enabled or will fail there"),
        (ImportLevel.Decision, "Need a decision"),
        (ImportLevel.Runs, "Run as they are"),
    ];

    /// <summary>The text.</summary>
    public static string Write(ImportReport report)
    {
        var text = new StringBuilder("# Import\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{report.Channels.Count} channel(s): {report.Runs} run as they are, {report.NeedDecisions} need a decision, {report.Unsupported} ask for something unsupported.\n");
        text.Append(CultureInfo.InvariantCulture, $"{report.Valid} of {report.Channels.Count} pass `channelhost validate`.\n");
        if (report.Secrets.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nSecrets in the export, now referred to by name: {string.Join(", ", report.Secrets.Select(Code))}.\n");
        }

        if (report.Shared.Count > 0)
        {
            text.Append("\n## What belongs to no channel\n\n");
            Findings(report.Shared, text);
        }

        foreach (var (level, title) in Sections)
        {
            var channels = report.Channels.Where(channel => channel.Level == level).ToArray();
            if (channels.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n## {title} ({channels.Length})\n");
            }

            foreach (var channel in channels)
            {
                Channel(channel, text);
            }
        }

        return text.ToString();
    }

    private static void Channel(ChannelReport channel, StringBuilder text)
    {
        var state = (channel.IsEnabled ? "" : ", not enabled") + (channel.IsValid ? "" : ", does not validate");
        text.Append(CultureInfo.InvariantCulture, $"\n### {Plain(channel.Name)}{state}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Code(channel.Title)}, {(channel.EngineVersion.Length > 0 ? $"version {Plain(channel.EngineVersion)}, " : "")}{Code($"{channel.ExportFile}:{channel.ExportLine}")}\n");
        if (channel.Findings.Count > 0)
        {
            text.Append('\n');
            Findings(channel.Findings, text);
        }
    }

    private static void Findings(IReadOnlyList<ImportFinding> findings, StringBuilder text)
    {
        foreach (var finding in findings)
        {
            var word = finding.Level switch { ImportLevel.Unsupported => "**unsupported** ", ImportLevel.Decision => "**decide** ", _ => "" };
            text.Append("- ").Append(word).Append(Plain(finding.What)).Append(" (").Append(Code(finding.ExportLine > 0 ? $"{finding.ExportFile}:{finding.ExportLine}" : finding.ExportFile));
            if (finding.File.Length > 0)
            {
                text.Append(", ").Append(Code(finding.Line > 0 ? $"{finding.File}:{finding.Line}" : finding.File));
            }

            text.Append(")\n");
        }
    }

    // Text of the export must not become layout, nor move a terminal's cursor.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format ? plain.Append(' ') : c is '<' or '>' or '*' or '_' or '[' or ']' or '|' or '`' or '#' or '\\' ? plain.Append('\\').Append(c) : plain.Append(c);
        }

        return plain.ToString();
    }

    private static string Code(string text) => $"`{string.Concat(text.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format || c == '`' ? ' ' : c))}`";
}
