using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Hosting;
using ChannelHost.Storage.Secrets;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost secret</c>: the encrypted file of secrets. Works whether a host runs or not; a running one takes up changes within seconds.</summary>
internal static class SecretCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) => new(
        "secret",
        "Keeps the secrets that channels refer to as ${secret:NAME}, encrypted in the data folder. A running host takes up changes within seconds. A mounted file (CHANNELHOST_SECRETS_DIR) and CHANNELHOST_SECRET_NAME count before it.")
    {
        Set(terminal), List(terminal), Remove(terminal), Rotate(terminal),
    };

    private static Command Set(Terminal terminal)
    {
        var name = Name();
        var file = new Option<string?>("--from-file") { Description = "Take the value from this file.", HelpName = "FILE" };
        var data = CommonOptions.Data();
        var command = new Command("set", "Sets a secret. Its value is piped in, typed without being shown, or taken from a file; never given on the command line. The first one makes the key file.") { name, file, data };
        command.SetAction(parsed => (int)Guarded(parsed.GetValue(data)!, folder =>
        {
            var secret = parsed.GetValue(name)!;
            var value = SecretInput.Read(parsed.GetValue(file), terminal);
            DataFolder.Prepare(folder);
            var made = Audited(folder, "secret-set", secret, () => HostSetup.SecretVault(folder).Set(secret, value, Caller.Name()));
            terminal.Output.WriteLine($"{secret} is set");
            if (made is not null)
            {
                terminal.Output.WriteLine(PlainText.OneLine($"the key was made: {made}; keep a copy of it apart from the data, without it the secrets are lost"));
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var (channels, data, environment, json) = (CommonOptions.Channels(), CommonOptions.Data(), CommonOptions.Environment(), CommonOptions.Json());
        var command = new Command("list", "Lists secrets: where each comes from, when it was set and by whom, and which channels use it. Never a value.") { channels, data, environment, json };
        command.SetAction(parsed => (int)Guarded(parsed.GetValue(data)!, folder =>
        {
            var list = SecretListing.Of(parsed.GetValue(channels)!, folder, parsed.GetValue(environment));
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(JsonSerializer.Serialize(list, CommandJson.Default.IReadOnlyListSecretListing));
            }
            else
            {
                Write(list, terminal);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Remove(Terminal terminal)
    {
        var name = Name();
        var force = new Option<bool>("--force") { Description = "Also when channels use it: they are refused at their next change or start." };
        var (channels, data, environment) = (CommonOptions.Channels(), CommonOptions.Data(), CommonOptions.Environment());
        var command = new Command("remove", "Takes a secret out of the encrypted file.") { name, force, channels, data, environment };
        command.SetAction(parsed => (int)Guarded(parsed.GetValue(data)!, folder =>
        {
            var secret = parsed.GetValue(name)!;
            var users = SecretListing.Of(parsed.GetValue(channels)!, folder, parsed.GetValue(environment)).FirstOrDefault(known => known.Name == secret)?.UsedBy ?? [];
            if (users.Count > 0 && !parsed.GetValue(force))
            {
                throw new CommandFailure(ExitCode.Usage, $"{secret} is used by {string.Join(", ", users)}; change them first, or give --force");
            }

            if (!Audited(folder, "secret-removed", secret, () => HostSetup.SecretVault(folder).Remove(secret)))
            {
                throw new CommandFailure(ExitCode.Usage, $"there is no secret '{secret}' in the encrypted file");
            }

            terminal.Output.WriteLine($"{secret} is removed");
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Rotate(Terminal terminal)
    {
        var drop = new Option<bool>("--drop-old") { Description = "Take the old keys out of the key file. Copies of the data folder from before cannot be read then." };
        var data = CommonOptions.Data();
        var command = new Command(
            "rotate",
            "Makes a new key and encrypts every secret with it, while a host may run. With keys in CHANNELHOST_KEY=NEW,OLD: encrypts everything with the first.") { drop, data };
        command.SetAction(parsed => (int)Guarded(parsed.GetValue(data)!, folder =>
        {
            var (count, key) = Audited(folder, "secrets-rotated", "all", () => HostSetup.SecretVault(folder).Rotate(parsed.GetValue(drop)));
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} secret(s) encrypted with the key {key}"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "The secret's name, as channels refer to it." };

    // On the record first: a change of secrets that nobody can trace must not happen.
    private static T Audited<T>(string dataFolder, string action, string name, Func<T> change)
    {
        if (!Directory.Exists(dataFolder))
        {
            throw new CommandFailure(ExitCode.Usage, $"there is no data folder {dataFolder}");
        }

        var audit = HostSetup.Audit(dataFolder);
        audit.Write(Caller.Name(), action, name, "", "asked");
        try
        {
            var result = change();
            audit.Write(Caller.Name(), action, name, "", "done");
            return result;
        }
        catch (SecretException error)
        {
            audit.Write(Caller.Name(), action, name, "", $"refused: {error.Message}");
            throw;
        }
    }

    private static ExitCode Guarded(string dataFolder, Func<string, ExitCode> action)
    {
        try
        {
            return action(Path.GetFullPath(dataFolder));
        }
        catch (SecretException error)
        {
            throw new CommandFailure(HostSetup.Secrets(Path.GetFullPath(dataFolder)).KeyFault is null ? ExitCode.Usage : ExitCode.KeyUnusable, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.DataFolderUnusable, error.Message, error);
        }
    }

    private static void Write(IReadOnlyList<SecretListing> list, Terminal terminal)
    {
        if (list.Count == 0)
        {
            terminal.Output.WriteLine("no secrets; set one with: channelhost secret set NAME");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("secret", "from", "set", "by", "used by");
        foreach (var secret in list)
        {
            table.AddRow(
                Text(secret.Name), secret.Source is { } source ? Text(source) : "[red]missing[/]",
                secret.SetAt?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "", Text(secret.SetBy ?? ""), Text(string.Join(", ", secret.UsedBy)));
        }

        terminal.Tables.Write(table);
    }

    private static string Text(string text) => Markup.Escape(PlainText.OneLine(text, 200));
}
