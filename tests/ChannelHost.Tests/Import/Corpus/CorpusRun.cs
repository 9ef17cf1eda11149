using System.Text.RegularExpressions;
using ChannelHost.Engine.Cases;
using ChannelHost.Import;
using ChannelHost.Import.Reports;
using ChannelHost.Server;
using ChannelHost.Server.Cases;
using ChannelHost.Server.Importing;

namespace ChannelHost.Tests.Import.Corpus;

/// <summary>Imports one export into a folder of its own, as the command does, and runs messages through each of its channels.</summary>
internal sealed partial class CorpusRun(string file, string folder)
{
    private readonly byte[] _export = File.ReadAllBytes(file);

    private string Channels => Path.Join(folder, "channels");

    private string Data => Path.Join(folder, "data");

    /// <summary>All of it.</summary>
    public async Task<IReadOnlyList<CorpusChannel>> RunAsync(CancellationToken cancellationToken)
    {
        var terminal = Terminal.Plain(TextWriter.Null, TextWriter.Null);
        var name = Path.GetFileName(file);
        var report = new ImportRequest(Channels, Data, null, false, Path.Join(folder, "report.md")).Run([new ImportInput(name, _export)], terminal);
        await File.WriteAllTextAsync(Path.Join(folder, "report.json"), report.ToJson(), cancellationToken);
        await File.WriteAllTextAsync(Path.Join(folder, "report.md"), report.ToMarkdown(), cancellationToken);
        var samples = CorpusMessages.Samples(_export);
        var environment = File.Exists(Path.Join(Channels, "config", "imported.yaml")) ? "imported" : null;
        var readings = HostSetup.OpenChannels(Channels, Data, environment).ReadAll().ToDictionary(reading => reading.Name, StringComparer.Ordinal);
        var results = new List<CorpusChannel>();
        foreach (var channel in report.Channels)
        {
            results.Add(await RunAsync(name, channel, readings.GetValueOrDefault(channel.Name)?.Definition, samples.GetValueOrDefault(channel.ExportLine), cancellationToken));
        }

        if (results.Count == 0)
        {
            var empty = new CorpusChannel(name, "(none)");
            empty.Faults.AddRange(report.Shared.Select(finding => new CorpusFault("import", finding.What, name)));
            results.Add(empty);
        }

        return results;
    }

    private async Task<CorpusChannel> RunAsync(string export, ChannelReport report, ChannelDefinition? definition, byte[]? sample, CancellationToken cancellationToken)
    {
        var scripts = Directory.EnumerateFiles(Path.Join(Channels, report.Name), "*.js", SearchOption.AllDirectories).Select(script => Path.GetRelativePath(Channels, script)).ToHashSet(StringComparer.Ordinal);
        var unsupported = report.Findings.Where(finding => finding.Level == ImportLevel.Unsupported).ToList();
        var counter = new LineCounter();
        var result = new CorpusChannel(export, report.Name)
        {
            IsValid = report.IsValid,
            IsWhole = !unsupported.Any(finding => !scripts.Contains(finding.File)),
            Scripts = (scripts.Count, scripts.Count(script => !unsupported.Any(finding => finding.File == script))),
        };
        result.Faults.AddRange(report.Findings.Where(finding => finding.Level == ImportLevel.Unsupported || finding.What.StartsWith("validate: ", StringComparison.Ordinal)).Select(finding => new CorpusFault(
            scripts.Contains(finding.File) ? "script" : finding.What.StartsWith("validate: ", StringComparison.Ordinal) ? "validate" : "import",
            $"[{finding.Level}] {finding.What}", $"{export} {finding.File}:{finding.Line}")));
        if (definition is not null)
        {
            await RunMessagesAsync(result, definition, sample, counter, cancellationToken);
        }

        return result with { Lines = (counter.Files.Sum(script => script.Lines.Count), counter.Files.Sum(script => script.Covered)) };
    }

    private static async Task RunMessagesAsync(CorpusChannel result, ChannelDefinition definition, byte[]? sample, LineCounter counter, CancellationToken cancellationToken)
    {
        var messages = CorpusMessages.For(definition.Source.DataType.DataType.Name).ToList();
        if (sample is not null)
        {
            messages.Insert(0, ("sample", sample));
        }

        var runner = HostSetup.CreateCaseRunner();

        // A deploy script that needs what is not here keeps the whole channel from running; the rest of it is looked at all the same.
        var first = await runner.RunAsync(definition, Case(definition, messages[0].Name, messages[0].Bytes), null, cancellationToken);
        if (first.Actual is null && definition.DeployScript is not null)
        {
            result.Faults.AddRange(Faults(first, $"{result.File} {definition.Name}").Select(fault => fault with { Step = "deploy" }));
            definition = definition with { DeployScript = null };
        }

        foreach (var (name, bytes) in messages)
        {
            var outcome = await runner.RunAsync(definition, Case(definition, name, bytes), counter, cancellationToken);
            var faults = Faults(outcome, $"{result.File} {definition.Name} {name}").ToList();
            result.Messages = (result.Messages.All + 1, result.Messages.Good + (faults.Count == 0 ? 1 : 0));
            result.Faults.AddRange(faults);
            if (outcome.Actual?.Outcome?.Messages.Any(message => message.Status == MessageStatus.Filtered || message.Destinations.Values.Any(destination => destination.Status == MessageStatus.Filtered)) == true)
            {
                var open = definition with { Filter = null, Destinations = [.. definition.Destinations.Select(destination => destination with { Filter = null })] };
                result.Faults.AddRange(Faults(await runner.RunAsync(open, Case(open, name, bytes), counter, cancellationToken), $"{result.File} {definition.Name} {name} (without filters)"));
            }
        }
    }

    private static ChannelCase Case(ChannelDefinition definition, string name, byte[] bytes) => new()
    {
        Channel = definition.Name,
        Name = name,
        File = name,
        Input = bytes,
        Settings = new CaseSettings { SourceMap = SourceMap(definition.Source.Connector.Type, name) },
    };

    // What the source would say.
    private static Dictionary<string, object?> SourceMap(string source, string name) => source switch
    {
        "http" => new Dictionary<string, object?>
        {
            ["method"] = "POST", ["path"] = "/in/patients", ["query"] = "id=7&tenant=clinic", ["query.id"] = "7", ["query.tenant"] = "clinic", ["path.rest"] = "patients",
            ["header.content-type"] = "application/json", ["header.host"] = "localhost:8081", ["header.user-agent"] = "tests", ["remoteAddress"] = "127.0.0.1", ["remotePort"] = 50000.0,
            ["localAddress"] = "127.0.0.1", ["localPort"] = 8081.0,
        },
        "mllp" => new Dictionary<string, object?> { ["remoteAddress"] = "127.0.0.1", ["remotePort"] = 50000.0, ["localAddress"] = "127.0.0.1", ["localPort"] = 6661.0 },
        "channel" => new Dictionary<string, object?> { ["sourceChannelId"] = "b7a1f2c4-0000-4000-8000-000000000001", ["sourceMessageId"] = 1.0 },
        _ => new Dictionary<string, object?> { ["originalFilename"] = name, ["fileDirectory"] = "/in", ["fileSize"] = 100.0 },
    };

    private static IEnumerable<CorpusFault> Faults(CaseResult result, string where)
    {
        if (result.Actual is null)
        {
            foreach (var difference in result.Differences)
            {
                yield return new CorpusFault("build", Place().Replace(difference.Problem + " " + string.Join(' ', result.Log.TakeLast(1)), "..."), where);
            }

            yield break;
        }

        var places = string.Join(" | ", result.Errors.SelectMany(error => Place().Matches(error)).Select(match => match.Value).Distinct().Take(3));
        foreach (var message in result.Actual.Outcome?.Messages ?? [])
        {
            if (message.Text is { } text)
            {
                yield return new CorpusFault("run", $"source: {text}", $"{where} {places}");
            }

            foreach (var (name, destination) in message.Destinations)
            {
                if (destination is { Text: { } error, Status: not MessageStatus.Sent })
                {
                    yield return new CorpusFault("run", $"destination: {error}", $"{where} {name} {places}");
                }
            }
        }
    }

    [GeneratedRegex(@"\S+\.js:\d+:\d+")]
    private static partial Regex Place();
}
