using System.CommandLine;
using System.Globalization;
using ChannelHost.Engine.Deployment;
using ChannelHost.Engine.Figures;
using ChannelHost.Server.Api;
using ChannelHost.Server.Completion;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost queue</c>: what waits where, and what can be done about it.</summary>
internal static class QueueCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channel = new Argument<string?>("CHANNEL") { Description = "The channel, like clinic/registration. Without it: all channels.", Arity = ArgumentArity.ZeroOrOne };
        ChannelNames.Complete(channel, channels: null);
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("queue", "Shows what waits at the destinations of the running host, and why.")
        {
            channel, url, json, Retry(terminal), Skip(terminal), Simple(terminal, "pause", "Stops taking from a queue, also over a restart. Messages are still queued."), Simple(terminal, "resume", "Lets a paused or held queue go on."), Release(terminal),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var path = PathOf(parsed.GetValue(channel));
            if (parsed.GetValue(json))
            {
                await terminal.Output.WriteLineAsync(await client.GetTextAsync(path, cancellationToken));
                return (int)ExitCode.Done;
            }

            Write(terminal, await client.GetAsync(path, ApiJson.Default.IReadOnlyListQueueStatus, cancellationToken), TimeProvider.System.GetUtcNow());
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>The queues as a table, with a line for each failure below.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<QueueStatus> queues, DateTimeOffset now)
    {
        if (queues.Count == 0)
        {
            terminal.Output.WriteLine("no queues");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in new[] { "channel", "destination", "state", "waiting", "oldest", "since", "tried for", "next attempt" })
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        foreach (var queue in queues)
        {
            table.AddRow(
                Text(queue.Channel), Text(queue.Destination), State(queue), queue.Queued.ToString(CultureInfo.InvariantCulture),
                queue.OldestId == 0 ? "" : queue.OldestId.ToString(CultureInfo.InvariantCulture), Ago(queue.OldestReceivedAt, now),
                queue.BlockedSince is null ? "" : Ago(queue.BlockedSince, now), Next(queue, now));
        }

        terminal.Tables.Write(table);
        foreach (var queue in queues.Where(queue => queue is { Queued: > 0, LastFailure: not null }))
        {
            var blocker = queue.BlockedBy == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"message {queue.BlockedBy} {(queue.Lanes > 1 || queue.HasKey ? "is parked" : "blocks")}: ");
            terminal.Output.WriteLine(PlainText.OneLine($"{queue.Channel} -> {queue.Destination}: {blocker}{queue.LastFailure}"));
        }

        foreach (var held in queues.Where(queue => queue.HeldBecause is not null))
        {
            terminal.Output.WriteLine(PlainText.OneLine($"{held.Channel} -> {held.Destination}: {held.HeldBecause}; 'queue resume' sends it as re-attempts, 'queue skip' gives up on one message"));
        }

        foreach (var orphan in queues.Where(queue => queue.IsOrphan))
        {
            terminal.Output.WriteLine(PlainText.OneLine(
                $"{orphan.Channel} -> {orphan.Destination}: the channel has no such destination any more; bring it back, or give up on its messages with 'queue skip'"));
        }
    }

    private static Command Retry(Terminal terminal)
    {
        var (channel, destination, url, json) = Common();
        var message = new Option<long?>("--message") { Description = "The message that is meant. One that failed for good here is queued again, before those that wait.", HelpName = "ID" };
        var command = new Command("retry", "Makes the next attempt now.") { channel, destination, message, url, json };
        command.SetAction((parsed, cancellationToken) => ChangeAsync(
            terminal, parsed.GetValue(url)!, parsed.GetValue(channel)!, parsed.GetValue(destination)!, "retry", new QueueChange(parsed.GetValue(message), Who: Caller.Name()), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Skip(Terminal terminal)
    {
        var (channel, destination, url, json) = Common();
        var message = new Argument<long>("ID") { Description = "The message to give up on." };
        var why = new Option<string>("--why") { Description = "Why, for those who ask later. It is kept with the message.", HelpName = "TEXT", Required = true };
        var command = new Command("skip", "Gives up on one message: it ends in error with the reason, is kept, and those behind it go on.") { channel, destination, message, why, url, json };
        command.SetAction((parsed, cancellationToken) => ChangeAsync(
            terminal, parsed.GetValue(url)!, parsed.GetValue(channel)!, parsed.GetValue(destination)!, "skip",
            new QueueChange(parsed.GetValue(message), parsed.GetValue(why), Caller.Name()), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Simple(Terminal terminal, string verb, string description)
    {
        var (channel, destination, url, json) = Common();
        var command = new Command(verb, description) { channel, destination, url, json };
        command.SetAction((parsed, cancellationToken) => ChangeAsync(
            terminal, parsed.GetValue(url)!, parsed.GetValue(channel)!, parsed.GetValue(destination)!, verb, new QueueChange(Who: Caller.Name()), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Release(Terminal terminal)
    {
        var channel = new Argument<string?>("CHANNEL") { Description = "The channel. Without it: all channels.", Arity = ArgumentArity.ZeroOrOne };
        ChannelNames.Complete(channel, channels: null);
        var url = CommonOptions.Url();
        var command = new Command("release", "Lets every queue go that is held after a restore. What waits in them is sent as re-attempts: partners may have got it already.") { channel, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var held = (await client.GetAsync(PathOf(parsed.GetValue(channel)), ApiJson.Default.IReadOnlyListQueueStatus, cancellationToken)).Where(queue => queue.HeldBecause is not null && !queue.IsOrphan).ToList();
            foreach (var queue in held)
            {
                var outcome = await ChangeAsync(client, queue.Channel, queue.Destination, "resume", new QueueChange(Who: Caller.Name()), cancellationToken);
                terminal.Output.WriteLine(PlainText.OneLine($"{queue.Channel} -> {outcome.Told}"));
            }

            terminal.Output.WriteLine($"{held.Count} queue(s) released");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static (Argument<string> Channel, Argument<string> Destination, Option<string> Url, Option<bool> Json) Common() => (
        new Argument<string>("CHANNEL") { Description = "The channel." },
        new Argument<string>("DESTINATION") { Description = "The destination." },
        CommonOptions.Url(),
        CommonOptions.Json());

    private static async Task<int> ChangeAsync(
        Terminal terminal, string url, string channel, string destination, string verb, QueueChange change, bool json, CancellationToken cancellationToken)
    {
        using var client = new HostClient(url);
        var outcome = await ChangeAsync(client, channel, destination, verb, change, cancellationToken);
        terminal.Output.WriteLine(json
            ? System.Text.Json.JsonSerializer.Serialize(outcome, ApiJson.Default.OperationOutcome)
            : PlainText.OneLine(outcome.Told));
        return (int)ExitCode.Done;
    }

    private static Task<OperationOutcome> ChangeAsync(HostClient client, string channel, string destination, string verb, QueueChange change, CancellationToken cancellationToken) =>
        client.PostAsync($"{PathOf(channel)}/{Uri.EscapeDataString(destination)}/{verb}", change, ApiJson.Default.QueueChange, ApiJson.Default.OperationOutcome, cancellationToken);

    private static string PathOf(string? channel) => channel is null ? "/api/queues" : $"{HostClient.PathOf(channel)}/queues";

    private static string State(QueueStatus queue) =>
        queue.IsOrphan ? "[red]no destination[/]"
        : queue.HeldBecause is not null ? "[red]restored: decide[/]"
        : queue.IsPaused ? "[yellow]paused[/]"
        : queue.Breaker is { } breaker and not BreakerState.Closed ? $"[red]breaker {(breaker == BreakerState.Open ? "open" : "half open")}[/]"
        : queue.IsFull ? "[red]full[/]"
        : queue.Lanes > 1 || queue.HasKey ? (queue.Parked > 0 ? $"[yellow]{queue.Parked.ToString(CultureInfo.InvariantCulture)} parked[/]" : queue.Queued > 0 ? "[yellow]sending[/]" : "[green]empty[/]")
        : queue.BlockedBy != 0 ? "[red]blocked[/]"
        : queue.Queued > 0 ? "[yellow]sending[/]"
        : "[green]empty[/]";

    private static string Next(QueueStatus queue, DateTimeOffset now) =>
        queue.IsPaused || queue.NextAttempt is not { } next ? ""
        : next <= now ? "now"
        : $"in {Span(next - now)}";

    private static string Ago(DateTimeOffset? time, DateTimeOffset now) => time is { } at ? Span(now - at) : "";

    private static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 1 => "1 s",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} d"),
    };

    private static string Text(string? text) => Markup.Escape(PlainText.OneLine(text, 60));
}
