using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Api;
using ChannelHost.Server.Hosting;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost backup</c>: a copy of all stores, each of one moment, beside a host that runs or without one.</summary>
internal static class BackupCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = new Option<string?>("--data") { Description = "The data folder. When no host works on it, it is copied straight away; else that host makes the backup. Without it: the host at --url.", HelpName = "DIR" };
        var target = new Option<string>("--out") { Description = "A folder to be made, a folder that is there (then one named after the time is made in it), or a file that ends with .tar, .tar.gz or .tgz.", HelpName = "FILE|DIR", DefaultValueFactory = _ => "." };
        var secrets = new Option<bool>("--with-secrets") { Description = "Take the encrypted file of secrets along. Keys are never in a backup: keep those apart." };
        var (url, store, why, json) = (CommonOptions.Url(), CommonOptions.Store(), CommonOptions.WhyIfSaid(), CommonOptions.Json());
        var command = new Command(
            "backup", "Makes a backup: the messages and the state of every channel as of one moment, the versions that ran, archives and the audit. What is encrypted stays so. Exit code 1 when a channel is not in it.")
        {
            data, target, url, secrets, store, why, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StoreChoice.RequireFiles(parsed.GetValue(store));
            using var interrupt = new Interruption(cancellationToken);
            var folder = parsed.GetValue(data) is { } named ? CommonOptions.ExistingFolder(named) : null;
            var order = new BackupOrder(Path.GetFullPath(parsed.GetValue(target)!), folder, parsed.GetValue(secrets), Caller.Name(), parsed.GetValue(why));
            var made = folder is not null && !HostSetup.Backup(folder, null, withSecrets: false).IsInUse() ? await CopyAsync(folder, order, interrupt.Token) : await AskAsync(parsed.GetValue(url)!, order, interrupt.Token);
            Write(made, parsed.GetValue(json), terminal);
            return (int)(made.Problems.Count == 0 ? ExitCode.Done : ExitCode.Problems);
        });
        return command;
    }

    private static async Task<BackupView> AskAsync(string url, BackupOrder order, CancellationToken cancellationToken)
    {
        using var client = new HostClient(url);
        return await client.PostAsync("/api/backup", order, ApiJson.Default.BackupOrder, ApiJson.Default.BackupView, cancellationToken, isLong: true);
    }

    private static async Task<BackupView> CopyAsync(string folder, BackupOrder order, CancellationToken cancellationToken)
    {
        try
        {
            HostSetup.Audit(folder).Write(order.Who!, "backup", order.Subject(), order.Why ?? "", "asked");
            return BackupView.Of(await HostSetup.Backup(folder, null, order.WithSecrets).WriteAsync(order.Out, cancellationToken));
        }
        catch (StoreException failure)
        {
            throw new CommandFailure(ExitCode.Usage, failure.Message, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.DataFolderUnusable, $"the backup was not made: {failure.Message}. Nothing of it is left", failure);
        }
    }

    private static void Write(BackupView made, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(made, CommandJson.Default.BackupView));
            return;
        }

        Write(made.Problems, terminal);
        terminal.Output.WriteLine(PlainText.OneLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{made.Channels.Count} channel(s), {made.Files} file(s), {made.Bytes:N0} bytes, as of {made.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {made.Path}{(made.Problems.Count == 0 ? "" : $"; {made.Problems.Count} problem(s)")}")));
    }

    /// <summary>Tells what is wrong with the stores of a backup.</summary>
    internal static void Write(IReadOnlyList<BackupProblem> problems, Terminal terminal)
    {
        foreach (var problem in problems)
        {
            terminal.Output.WriteLine(PlainText.OneLine($"{problem.Channel}: {problem.File}: {problem.What}"));
        }
    }
}
