using System.CommandLine;
using System.Globalization;
using ChannelHost.Server.Hosting;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost store</c>: the keys that stores are encrypted with. Works whether a host runs or not.</summary>
internal static class StoreCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) => new(
        "store",
        $"Keeps the keys that stores are encrypted with: those in the file that {EncryptionSettings.KeyFileVariable} names. A running host takes up changes within seconds.")
    {
        NewKey(terminal), Keys(terminal), Rotate(terminal),
    };

    private static Command NewKey(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "The key file to make, outside of the data folder." };
        var command = new Command("new-key", "Makes a key file, for its owner only.") { file };
        command.SetAction(parsed => (int)Guarded(() =>
        {
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            var id = StoreKeyRotation.MakeKeyFile(path);
            terminal.Output.WriteLine(PlainText.OneLine($"the key {id} is in {path}; keep a copy of it apart from the data, without it what is encrypted is lost"));
            terminal.Output.WriteLine(PlainText.OneLine($"the host uses it when it is started with {EncryptionSettings.KeyFileVariable}={path}"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Keys(Terminal terminal)
    {
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var command = new Command("keys", "Lists which keys each channel's store needs.") { data, store };
        command.SetAction(parsed => (int)Guarded(() =>
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("channel", "keys");
            foreach (var (channel, forms) in Rotation(parsed.GetValue(data)!, parsed.GetValue(store)).Forms())
            {
                table.AddRow(Markup.Escape(PlainText.OneLine(channel, 200)), forms.Count == 0 ? "not encrypted" : Markup.Escape(string.Join(", ", forms)));
            }

            terminal.Tables.Write(table);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Rotate(Terminal terminal)
    {
        var drop = new Option<bool>("--drop-old") { Description = "Take keys out of the key file that no store needs any more. Copies of the data folder and archives from before cannot be read then." };
        var resume = new Option<bool>("--resume") { Description = "Make no new key: go on where an earlier rotation was cut off." };
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var command = new Command("rotate-key", "Makes a new key and encrypts everything with it, while a host may run. What is cut off is gone on with at the next start of the host, or with --resume.") { drop, resume, data, store };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var interrupt = new Interruption(cancellationToken);
            return (int)await GuardedAsync(() => RotateAsync(
                CommonOptions.ExistingFolder(parsed.GetValue(data)!), parsed.GetValue(store), parsed.GetValue(resume), parsed.GetValue(drop), terminal, interrupt.Token));
        });
        return command;
    }

    private static async Task<ExitCode> RotateAsync(string folder, string? store, bool resume, bool drop, Terminal terminal, CancellationToken cancellationToken)
    {
        var rotation = Rotation(folder, store);
        var audit = HostSetup.Audit(folder);
        audit.Write(Caller.Name(), "store-key-rotated", "all", "", "asked");
        try
        {
            var id = resume ? null : rotation.AddKey();
            terminal.Output.WriteLine(id is null ? "going on with the present key" : $"the new key is {id}");
            var last = (-1, -1);
            await rotation.FinishAsync(
                (through, all) =>
                {
                    if (last != (through, all))
                    {
                        last = (through, all);
                        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{through} of {all} channel(s) are through"));
                    }
                },
                cancellationToken);
            if (drop)
            {
                var dropped = rotation.DropUnused();
                terminal.Output.WriteLine(dropped.Count == 0 ? "no key was dropped" : $"dropped: {string.Join(", ", dropped)}");
            }

            audit.Write(Caller.Name(), "store-key-rotated", "all", "", "done");
            return ExitCode.Done;
        }
        catch (Exception error) when (error is SecretException or StoreException or OperationCanceledException)
        {
            audit.Write(Caller.Name(), "store-key-rotated", "all", "", error is OperationCanceledException ? "cut off" : $"refused: {error.Message}");
            throw;
        }
    }

    private static StoreKeyRotation Rotation(string data, string? store)
    {
        var folder = CommonOptions.ExistingFolder(data);
        return new StoreKeyRotation(folder, HostSetup.Encryption(), NullLoggerFactory.Instance) { PostgreSql = StoreChoice.Read(store, folder) };
    }

    private static ExitCode Guarded(Func<ExitCode> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (IsExpected(error))
        {
            throw Told(error);
        }
    }

    private static async Task<ExitCode> GuardedAsync(Func<Task<ExitCode>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception error) when (IsExpected(error))
        {
            throw Told(error);
        }
    }

    private static bool IsExpected(Exception error) => error is SecretException or StoreException or IOException or UnauthorizedAccessException;

    private static CommandFailure Told(Exception error) => new(error is SecretException ? ExitCode.KeyUnusable : ExitCode.DataFolderUnusable, error.Message, error);
}
