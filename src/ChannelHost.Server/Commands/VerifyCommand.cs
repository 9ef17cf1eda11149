using System.CommandLine;
using System.Text.Json;
using ChannelHost.Server.Hosting;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost verify</c>: checks the stores of a data folder.</summary>
internal static class VerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = new Argument<string>("DATA") { Description = "The data folder, or a copy of one.", DefaultValueFactory = _ => "data" };
        var store = CommonOptions.Store();
        var json = CommonOptions.Json();
        var command = new Command("verify", "Checks a data folder that no host works on, or a copy: every page, every row's checksum, and whether the tables agree. Changes no store. On PostgreSQL hosts may work beside it.") { data, store, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = CommonOptions.ExistingFolder(parsed.GetValue(data)!);
            using var interrupt = new Interruption(cancellationToken);
            var postgreSql = StoreChoice.Read(parsed.GetValue(store), folder);
            var problems = await HostSetup.VerifyAsync(folder, postgreSql, interrupt.Token);
            var report = new VerificationReport(postgreSql is null ? folder : "PostgreSQL", [.. problems.Select(problem => new StoreDamage(problem.Channel, problem.File, problem.What))]);
            Write(report, parsed.GetValue(json), terminal);
            return (int)(report.Problems.Count == 0 ? ExitCode.Done : ExitCode.Problems);
        });
        return command;
    }

    private static void Write(VerificationReport report, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, CommandJson.Default.VerificationReport));
            return;
        }

        foreach (var problem in report.Problems)
        {
            terminal.Output.WriteLine(PlainText.OneLine($"{problem.Channel}: {problem.File}: {problem.What}"));
        }

        terminal.Output.WriteLine(report.Problems.Count == 0 ? $"{report.DataFolder}: all stores are sound" : $"{report.DataFolder}: {report.Problems.Count} problem(s)");
    }
}

/// <summary>The whole of a <c>verify</c>, for <c>--json</c>.</summary>
/// <param name="DataFolder">What was checked: the folder, or <c>PostgreSQL</c>.</param>
/// <param name="Problems">What is wrong.</param>
internal sealed record VerificationReport(string DataFolder, IReadOnlyList<StoreDamage> Problems);

/// <summary>Something wrong with a store.</summary>
/// <param name="Channel">Whose store.</param>
/// <param name="File">Its file.</param>
/// <param name="What">What is wrong.</param>
internal sealed record StoreDamage(string Channel, string File, string What);
