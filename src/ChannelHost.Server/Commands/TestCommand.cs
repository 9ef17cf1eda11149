using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using ChannelHost.Server.Cases;
using ChannelHost.Server.Completion;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost test</c>: runs the golden cases of channels. Nothing is sent, stored or listened on.</summary>
internal static class TestCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string?>("PATH")
        {
            Description = "A channel (clinic/registration), a group (clinic) or a folder. Without it: all channels.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var pattern = new Option<string?>("--case") { Description = "Only cases whose name fits; * and ? stand for anything.", HelpName = "GLOB" };
        var update = new Option<bool>("--update") { Description = "Write what comes as what is expected, and show what that changes." };
        var junit = new Option<string?>("--junit") { Description = "Write the results as JUnit XML, without message content.", HelpName = "FILE" };
        var coverage = new Option<string?>("--coverage") { Description = "Show which lines of scripts never ran; with FILE, write them as LCOV too.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
        var channels = CommonOptions.Channels();
        ChannelNames.Complete(path, channels, withGroups: true);
        var data = CommonOptions.Data();
        var environment = CommonOptions.Environment();
        var json = CommonOptions.Json();
        var command = new Command("test", "Runs the golden cases of channels: a message goes through filter, transformers and answers, and what comes is compared with what is expected.")
        {
            path, pattern, update, junit, coverage, channels, data, environment, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var test = new Test(ValidatePath.Of(parsed.GetValue(path), parsed.GetValue(channels)!), Path.GetFullPath(parsed.GetValue(data)!), terminal)
            {
                Environment = parsed.GetValue(environment),
                Pattern = parsed.GetValue(pattern),
                Updates = parsed.GetValue(update),
                JUnit = parsed.GetValue(junit),
                CoverageFile = parsed.GetValue(coverage),
                IsCovered = parsed.GetResult(coverage) is { Implicit: false },
                IsJson = parsed.GetValue(json),
            };
            return (int)await test.RunAsync(cancellationToken);
        });
        return command;
    }

    private sealed class Test(ValidatePath path, string dataFolder, Terminal terminal)
    {
        public string? Environment { get; init; }

        public string? Pattern { get; init; }

        public bool Updates { get; init; }

        public string? JUnit { get; init; }

        public string? CoverageFile { get; init; }

        public bool IsCovered { get; init; }

        public bool IsJson { get; init; }

        public async Task<ExitCode> RunAsync(CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            var readings = HostSetup.OpenChannels(path.ChannelsFolder, dataFolder, Environment).ReadAll(path.Below);
            var files = HostSetup.OpenCases(path.ChannelsFolder);
            var counter = IsCovered ? new LineCounter() : null;
            var channels = await new CaseSuite(HostSetup.CreateCaseRunner(), files).RunAsync(readings, Pattern, counter, cancellationToken);
            var updated = Updates ? CaseUpdate.Write(channels, files) : [];
            var report = Report(channels, updated, Stopwatch.GetElapsedTime(started), counter);
            if (JUnit is { } junit)
            {
                CommandFiles.Write(junit, JUnitFile.Write(channels));
            }

            if (CoverageFile is { } lcov && counter is not null)
            {
                CommandFiles.Write(lcov, System.Text.Encoding.UTF8.GetBytes(LcovFile.Write(counter.Files, path.ChannelsFolder)));
            }

            Show(report, channels, updated, counter);
            return report.Failed == 0 && channels.All(channel => channel.Channel.Definition is not null) ? ExitCode.Done : ExitCode.Problems;
        }

        private void Show(TestReport report, IReadOnlyList<ChannelCases> channels, HashSet<CaseRun> updated, LineCounter? counter)
        {
            if (IsJson)
            {
                terminal.Output.WriteLine(JsonSerializer.Serialize(report, CommandJson.Default.TestReport));
                return;
            }

            terminal.Output.Write(HostSetup.Render(channels.Select(channel => channel.Channel).Where(channel => channel.Definition is null), path.ChannelsFolder));
            foreach (var channel in channels)
            {
                ShowChannel(channel, updated);
            }

            if (counter is not null)
            {
                CaseTables.WriteCoverage(terminal, counter.Files);
            }

            ShowSummary(report, channels);
        }

        private void ShowChannel(ChannelCases channel, HashSet<CaseRun> updated)
        {
            foreach (var run in channel.Runs)
            {
                if (updated.Contains(run))
                {
                    CaseTables.WriteUpdate(terminal, channel, run);
                }
                else if (!run.Passed && (run.Result is not null || run.Reading.Problems.Count > 0))
                {
                    CaseTables.WriteFailure(terminal, channel, run);
                }
            }

            var passed = channel.Runs.Count(run => run.Passed || updated.Contains(run));
            var what = channel.Channel.Definition is null ? "cannot run"
                : channel.Runs.Count == 0 ? "no cases"
                : $"{passed} of {channel.Runs.Count} cases as expected";
            terminal.Output.WriteLine($"{PlainText.OneLine(channel.Channel.Name)}: {what}");
        }

        private void ShowSummary(TestReport report, IReadOnlyList<ChannelCases> channels)
        {
            if (channels.Sum(channel => channel.Runs.Count) == 0)
            {
                terminal.Output.WriteLine(Pattern is null
                    ? "there are no cases: put a message into the channel's folder cases/, run with --update, and read what it wrote"
                    : $"no case fits {PlainText.OneLine(Pattern)}");
            }

            var updates = Updates ? $", {report.Updated} written" : "";
            terminal.Output.WriteLine(string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{report.Passed} passed, {report.Failed} failed{updates} ({report.Seconds:0.00} s)"));
        }

        private static TestReport Report(IReadOnlyList<ChannelCases> channels, HashSet<CaseRun> updated, TimeSpan elapsed, LineCounter? counter)
        {
            var runs = channels.SelectMany(channel => channel.Runs).ToList();
            return new TestReport(
                runs.Count(run => run.Passed),
                runs.Count(run => !run.Passed && !updated.Contains(run)),
                updated.Count,
                Math.Round(elapsed.TotalSeconds, 3),
                [.. channels.Select(channel => new TestedChannel(
                    channel.Channel.Name,
                    channel.Channel.Definition is null ? channel.Channel.Problems : [],
                    [.. channel.Runs.Select(run => View(run, updated.Contains(run)))]))],
                counter is null ? null : [.. counter.Files.Select(file => new CoverageView(file.File, file.Covered, file.Lines.Count, file.Missed))]);
        }

        private static TestedCase View(CaseRun run, bool isUpdated) => new(
            run.Reading.Name,
            run.Reading.File,
            isUpdated ? "updated" : run.Result is null ? "unreadable" : run.Passed ? "passed" : "failed",
            Math.Round(run.Result?.Elapsed.TotalMilliseconds ?? 0, 3),
            [.. (run.Result?.Differences ?? []).Select(difference => new DifferenceView(difference.Subject, difference.File, difference.Problem, difference.Places))],
            run.Reading.Problems);
    }
}
