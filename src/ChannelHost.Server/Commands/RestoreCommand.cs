using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Api;
using ChannelHost.Server.Hosting;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost restore</c>: puts a backup into an empty data folder.</summary>
internal static class RestoreCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var backup = new Argument<string>("BACKUP") { Description = "The folder or file that 'backup' made." };
        var data = new Option<string>("--data") { Description = "The data folder to put it into: empty, or not there yet.", HelpName = "DIR", Required = true };
        var (store, why, json) = (CommonOptions.Store(), CommonOptions.WhyIfSaid(), CommonOptions.Json());
        var command = new Command(
            "restore", "Puts a backup into an empty data folder. What was delivered after the backup is not known in it: the host that starts on it holds the queues, with what waits marked as possibly sent, until 'queue resume' or 'queue release'.")
        {
            backup, data, store, why, json,
        };
        command.SetAction(parsed =>
        {
            StoreChoice.RequireFiles(parsed.GetValue(store));
            using var interrupt = new Interruption(CancellationToken.None);
            var restored = Restore(Path.GetFullPath(parsed.GetValue(backup)!), Path.GetFullPath(parsed.GetValue(data)!), parsed.GetValue(why), interrupt.Token);
            Write(restored, parsed.GetValue(json), terminal);
            return (int)(restored.Problems.Count == 0 ? ExitCode.Done : ExitCode.Problems);
        });
        return command;
    }

    private static RestoreView Restore(string backup, string folder, string? why, CancellationToken cancellationToken)
    {
        try
        {
            var report = HostSetup.RestoreBackup(backup, folder).Run(cancellationToken);
            HostSetup.Audit(folder).Write(Caller.Name(), "backup-restored", backup, why ?? "", "done");
            return new RestoreView(report.DataFolder, report.MadeAt, report.HasSecrets, [.. report.Channels.Select(channel => channel.Name)], [.. report.Problems.Select(BackupProblem.Of)]);
        }
        catch (StoreException failure)
        {
            throw new CommandFailure(ExitCode.Usage, failure.Message, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.DataFolderUnusable, $"the backup was not put back: {failure.Message}", failure);
        }
    }

    private static void Write(RestoreView restored, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(restored, CommandJson.Default.RestoreView));
            return;
        }

        BackupCommand.Write(restored.Problems, terminal);
        terminal.Output.WriteLine(PlainText.OneLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{restored.Channels.Count} channel(s) as of {restored.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC are in {restored.DataFolder}{(restored.Problems.Count == 0 ? "" : $"; {restored.Problems.Count} problem(s)")}")));
        terminal.Output.WriteLine(restored.HasSecrets ? "the encrypted file of secrets is there; its key is not in a backup" : "secrets are not in it: set them anew, or put data/secrets.json back");
        terminal.Output.WriteLine("next: start the host on it, look at 'queue', compare with the partners, then let queues go with 'queue resume' or 'queue release'");
    }
}

/// <summary>What was put back, for <c>--json</c>.</summary>
/// <param name="DataFolder">Where.</param>
/// <param name="MadeAt">When the backup was begun.</param>
/// <param name="HasSecrets">True when the encrypted file of secrets is there too.</param>
/// <param name="Channels">The channels.</param>
/// <param name="Problems">What is wrong with their stores.</param>
internal sealed record RestoreView(string DataFolder, DateTimeOffset MadeAt, bool HasSecrets, IReadOnlyList<string> Channels, IReadOnlyList<BackupProblem> Problems);
