using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChannelHost.Import.Reports;

/// <summary>What became of an import: counts on top, then each channel, then what belongs to none.</summary>
public sealed record ImportReport
{
    /// <summary>How many channels run as they are.</summary>
    public int Runs { get; init; }

    /// <summary>How many need a decision.</summary>
    public int NeedDecisions { get; init; }

    /// <summary>How many cannot do here what they did.</summary>
    public int Unsupported { get; init; }

    /// <summary>How many of all pass <c>channelhost validate</c>.</summary>
    public int Valid { get; init; }

    /// <summary>The channels.</summary>
    public IReadOnlyList<ChannelReport> Channels { get; init; } = [];

    /// <summary>Findings that belong to no channel.</summary>
    public IReadOnlyList<ImportFinding> Shared { get; init; } = [];

    /// <summary>The names of the secrets that were found.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The gravest of all.</summary>
    public ImportLevel Level => (ImportLevel)Math.Max(Channels.Max(channel => (int?)channel.Level) ?? 0, Shared.Max(finding => (int?)finding.Level) ?? 0);

    /// <summary>Puts together what the import said and what reading the channels gave.</summary>
    /// <param name="result">The import.</param>
    /// <param name="readings">Its channels, read from the folder that they were written to.</param>
    public static ImportReport Of(ImportResult result, IReadOnlyList<ChannelReading> readings)
    {
        var byName = readings.ToDictionary(reading => reading.Name, StringComparer.Ordinal);
        var channels = result.Channels.Select(channel =>
        {
            var reading = byName.GetValueOrDefault(channel.Name);
            ImportFinding[] findings =
            [
                .. result.Findings.Where(finding => finding.Channel == channel.Name),
                .. (reading?.Problems ?? []).Select(problem => OfProblem(problem, channel)),
            ];
            return new ChannelReport(
                channel.Name, channel.Title, channel.Id, channel.EngineVersion, channel.ExportFile, channel.ExportLine, channel.IsEnabled, reading?.Definition is not null,
                (ImportLevel)(findings.Max(finding => (int?)finding.Level) ?? 0),
                [.. findings.OrderByDescending(finding => finding.Level).ThenBy(finding => finding.ExportLine)]);
        }).ToArray();
        return new ImportReport
        {
            Runs = channels.Count(channel => channel.Level == ImportLevel.Runs),
            NeedDecisions = channels.Count(channel => channel.Level == ImportLevel.Decision),
            Unsupported = channels.Count(channel => channel.Level == ImportLevel.Unsupported),
            Valid = channels.Count(channel => channel.IsValid),
            Channels = channels,
            Shared = [.. result.Findings.Where(finding => finding.Channel.Length == 0).OrderByDescending(finding => finding.Level)],
            Secrets = [.. result.Secrets.Select(secret => secret.Name)],
        };
    }

    /// <summary>For programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.ImportReport);

    /// <summary>For people, in Markdown.</summary>
    public string ToMarkdown() => MarkdownReport.Write(this);

    private static ImportFinding OfProblem(ChannelProblem problem, ImportedChannel channel)
    {
        var lines = channel.Lines.GetValueOrDefault(problem.File);
        var exportLine = lines is not null && problem.Line >= 1 && problem.Line <= lines.Count ? lines[problem.Line - 1] : 0;
        var what = $"validate: {(problem.Field.Length > 0 ? $"{problem.Field}: " : "")}found {problem.Found}; wanted {problem.Wanted}";
        return new ImportFinding(
            problem.Severity == ProblemSeverity.Warning ? ImportLevel.Runs : problem.File.EndsWith(".js", StringComparison.Ordinal) ? ImportLevel.Unsupported : ImportLevel.Decision,
            channel.Name, channel.ExportFile, exportLine > 0 ? exportLine : channel.ExportLine, problem.File, problem.Line, what);
    }
}

/// <summary>What became of a channel.</summary>
/// <param name="Name">Group and name here.</param>
/// <param name="Title">Its name in the export.</param>
/// <param name="Id">Its id there.</param>
/// <param name="EngineVersion">The version that wrote it.</param>
/// <param name="ExportFile">The export.</param>
/// <param name="ExportLine">The line there.</param>
/// <param name="IsEnabled">Whether it is to run.</param>
/// <param name="IsValid">Whether it passes <c>validate</c>.</param>
/// <param name="Level">What becomes of it: the gravest of its findings.</param>
/// <param name="Findings">The gravest first.</param>
public sealed record ChannelReport(
    string Name, string Title, string Id, string EngineVersion, string ExportFile, int ExportLine, bool IsEnabled, bool IsValid, ImportLevel Level, IReadOnlyList<ImportFinding> Findings);

/// <summary>The report as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImportReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
