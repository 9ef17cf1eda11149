using System.CommandLine;
using System.Globalization;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost versions</c>: what ran, what changed, and putting it back.</summary>
internal static class VersionsCommand
{
    private const string FolderWord = "folder";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channel = Channel();
        var (url, json) = (CommonOptions.Url(), CommonOptions.Json());
        var command = new Command("versions", "Lists the versions of a channel that ran, the newest first: when, who, why.") { channel, url, json, Show(terminal), Diff(terminal), Restore(terminal) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var path = $"{HostClient.PathOf(parsed.GetValue(channel)!)}/versions";
            if (parsed.GetValue(json))
            {
                await terminal.Output.WriteLineAsync(await client.GetTextAsync(path, cancellationToken));
            }
            else
            {
                VersionTables.WriteList(terminal, await client.GetAsync(path, ApiJson.Default.IReadOnlyListVersionView, cancellationToken));
            }

            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var (channel, number) = (Channel(), Number());
        var file = new Option<string?>("--file") { Description = "Print this file's text, as it was.", HelpName = "NAME" };
        var (url, json) = (CommonOptions.Url(), CommonOptions.Json());
        var command = new Command("show", "Shows one version: its files, or one of them.") { channel, number, file, url, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var path = PathOf(parsed.GetValue(channel)!, parsed.GetValue(number));
            if (parsed.GetValue(json))
            {
                await terminal.Output.WriteLineAsync(await client.GetTextAsync(path, cancellationToken));
                return (int)ExitCode.Done;
            }

            var version = await client.GetAsync(path, ApiJson.Default.VersionDetail, cancellationToken);
            if (parsed.GetValue(file) is not { } name)
            {
                VersionTables.WriteDetail(terminal, version);
                return (int)ExitCode.Done;
            }

            var text = version.Texts.FirstOrDefault(known => known.Name == name || known.Name == $"{parsed.GetValue(channel)}/{name}")
                ?? throw new CommandFailure(ExitCode.Usage, $"version {version.Version.Number} has no file '{name}'; it has {string.Join(", ", version.Texts.Select(known => known.Name))}");
            VersionTables.WriteText(terminal, text.Text);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Diff(Terminal terminal)
    {
        var channel = Channel();
        var from = new Argument<string?>("A") { Description = "A version's number. Alone: compared with the newest version.", Arity = ArgumentArity.ZeroOrOne };
        var to = new Argument<string?>("B") { Description = "A version's number, or the word folder for what is in the channels folder now.", Arity = ArgumentArity.ZeroOrOne };
        var url = CommonOptions.Url();
        var command = new Command("diff", "Shows what changed between two versions. Without numbers: between the newest version and the folder when they differ, else between the last two. Exit code 1 when there is a difference.")
        {
            channel, from, to, url,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var name = parsed.GetValue(channel)!;
            var (before, after) = await SidesAsync(client, name, parsed.GetValue(from), parsed.GetValue(to), cancellationToken);
            return (int)VersionTables.WriteDiff(terminal, UnifiedDiff.Of(before, after));
        });
        return command;
    }

    private static Command Restore(Terminal terminal)
    {
        var (channel, number) = (Channel(), Number());
        var (why, force, url, json) = (CommonOptions.Why(), CommonOptions.Force(), CommonOptions.Url(), CommonOptions.Json());
        var command = new Command("restore", "Writes a version's files back into the channels folder and deploys them. Edits there that never ran are set aside in the data folder. Shared scripts and values stay as they are.")
        {
            channel, number, why, force, url, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var path = $"{PathOf(parsed.GetValue(channel)!, parsed.GetValue(number))}/restore";
            var order = new ChangeOrder(Caller.Name(), parsed.GetValue(why)!, parsed.GetValue(force));
            var result = await client.PostAsync(path, order, ApiJson.Default.ChangeOrder, ApiJson.Default.ChangeView, cancellationToken);
            return (int)VersionTables.WriteChange(terminal, result, parsed.GetValue(json));
        });
        return command;
    }

    private static async Task<(IReadOnlyList<ChannelFile> Before, IReadOnlyList<ChannelFile> After)> SidesAsync(
        HostClient client, string channel, string? from, string? to, CancellationToken cancellationToken)
    {
        var versions = await client.GetAsync($"{HostClient.PathOf(channel)}/versions", ApiJson.Default.IReadOnlyListVersionView, cancellationToken);
        if (versions.Count == 0)
        {
            throw new CommandFailure(ExitCode.Usage, $"no version of {channel} ran yet");
        }

        if (from is not null)
        {
            return (await TextsAsync(client, channel, from, cancellationToken), await TextsAsync(client, channel, to ?? Word(versions[0].Number), cancellationToken));
        }

        var newest = await TextsAsync(client, channel, Word(versions[0].Number), cancellationToken);
        var folder = await TextsAsync(client, channel, FolderWord, cancellationToken);
        return UnifiedDiff.Of(newest, folder).Any() || versions.Count == 1
            ? (newest, folder)
            : (await TextsAsync(client, channel, Word(versions[1].Number), cancellationToken), newest);
    }

    private static async Task<IReadOnlyList<ChannelFile>> TextsAsync(HostClient client, string channel, string which, CancellationToken cancellationToken)
    {
        if (which == FolderWord)
        {
            return (await client.GetAsync($"{HostClient.PathOf(channel)}/{FolderWord}", ApiJson.Default.FolderTexts, cancellationToken)).Texts;
        }

        return int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (await client.GetAsync(PathOf(channel, number), ApiJson.Default.VersionDetail, cancellationToken)).Texts
            : throw new CommandFailure(ExitCode.Usage, $"'{which}' is neither a version's number nor the word folder");
    }

    private static string PathOf(string channel, int number) => string.Create(CultureInfo.InvariantCulture, $"{HostClient.PathOf(channel)}/versions/{number}");

    private static string Word(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Argument<string> Channel() => new("CHANNEL") { Description = "The channel, like clinic/registration." };

    private static Argument<int> Number() => new("N") { Description = "The version's number." };
}
