using System.Globalization;
using System.Text.Json;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Api;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary>Messages and channels as tables. Every text from outside is escaped: it cannot colour, move or forge anything.</summary>
internal static class MessageTables
{
    /// <summary>All channels with their counts.</summary>
    public static void WriteOverview(Terminal terminal, IReadOnlyList<ChannelView> channels)
    {
        var table = Table("channel", "condition", "received", "filtered", "error", "destination", "sent", "queued", "error");
        foreach (var channel in channels)
        {
            var source = new[]
            {
                Text(channel.Name), Condition(channel.Condition), Number(channel.Counts.Where(count => count.Connector == "source").Sum(count => count.Count)),
                Number(Count(channel, "source", MessageStatus.Filtered)), Number(Count(channel, "source", MessageStatus.Error)),
            };
            if (channel.Destinations.Count == 0)
            {
                table.AddRow([.. source, "", "", "", ""]);
            }

            foreach (var destination in channel.Destinations)
            {
                table.AddRow([.. source, Text(destination.Name), Number(Count(channel, destination.Name, MessageStatus.Sent)), Number(destination.Queued), Number(Count(channel, destination.Name, MessageStatus.Error) + Count(channel, destination.Name, MessageStatus.DeadLetter))]);
                source = ["", "", "", "", ""];
            }
        }

        terminal.Tables.Write(table);
        foreach (var channel in channels.Where(channel => channel.Reason is not null || channel.Problems.Count > 0))
        {
            terminal.Output.WriteLine(PlainText.OneLine($"{channel.Name}: {channel.Reason ?? channel.Problems[0].ToString()}"));
        }
    }

    /// <summary>A page of messages.</summary>
    public static void WriteList(Terminal terminal, MessagePage page)
    {
        if (page.Messages.Count == 0)
        {
            terminal.Output.WriteLine("no messages");
            return;
        }

        var table = Table("id", "received", "control id", "type", "bytes", "status", "destinations");
        foreach (var message in page.Messages)
        {
            table.AddRow(
                Number(message.Id), Time(message.ReceivedAt), Text(message.ControlId) + Link(message),
                Text(message.MessageType), Number(message.Size), Status(message.Status), string.Join(", ", message.Destinations.Select(Delivery)));
        }

        terminal.Tables.Write(table);
        if (page.Before is { } before)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"older ones: --before {before}"));
        }
    }

    /// <summary>One message.</summary>
    public static void WriteDetail(Terminal terminal, MessageDetail detail)
    {
        var message = detail.Message;
        var output = terminal.Output;
        output.WriteLine(PlainText.OneLine($"{detail.Channel} message {message.Id}"));
        output.WriteLine($"  received    {message.ReceivedAt:O}");
        output.WriteLine(PlainText.OneLine($"  control id  {message.ControlId ?? "none"}   type {message.MessageType ?? "unknown"}   data type {message.DataType}   {message.Size} bytes"));
        output.WriteLine($"  status      {Word(message.Status)}{(message.DuplicateOf is { } first ? $"   came before as message {first}" : "")}");
        if (message.ReplayOf is { } original)
        {
            output.WriteLine($"  replay      made again from message {original}");
        }

        if (detail.ReplacedBy.Count > 0)
        {
            output.WriteLine($"  replaced by {string.Join(", ", detail.ReplacedBy.Select(Number))}");
        }

        if (message.BatchId is { } batch)
        {
            output.WriteLine($"  batch       a part of the batch that began with message {batch}");
        }

        output.WriteLine($"  content     {(detail.ContentIsKept ? "kept" : "removed")}");
        foreach (var attachment in detail.Attachments)
        {
            output.WriteLine(PlainText.OneLine($"  attachment  {attachment.Id}   {attachment.Type}   {attachment.Size} bytes"));
        }

        WriteError(output, "  ", message.Error);
        foreach (var delivery in message.Destinations)
        {
            var sizes = detail.Sizes.FirstOrDefault(size => size.Name == delivery.Name);
            output.WriteLine(PlainText.OneLine(
                $"  -> {delivery.Name}: {Word(delivery.Status)}, {delivery.Attempts} attempt(s){(delivery.IsReattempt ? ", re-attempted after an uncertain outcome" : "")}{(delivery.IsUncertain ? ", possibly sent already" : "")}"
                + $"{(delivery.SentAt is { } at ? $", confirmed {at:O}" : "")}{(sizes?.ResponseBytes is { } bytes ? $", answer of {bytes} bytes" : "")}"));
            WriteError(output, "     ", delivery.Error);
        }
    }

    // An error keeps its lines: a script error shows the source line and a caret. Each is escaped on its own.
    private static void WriteError(TextWriter output, string indent, string? error)
    {
        foreach (var line in (error ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(20))
        {
            output.WriteLine(indent + PlainText.OneLine(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal)));
        }
    }

    private static string Link(MessageView message) =>
        (message.ReplayOf is { } original ? $" [grey](replay of {original})[/]" : message.DuplicateOf is { } first ? $" [grey](again, see {first})[/]" : "")
        + (message.BatchId is { } batch && batch != message.Id ? $" [grey](batch {batch})[/]" : "");

    private static string Delivery(DeliveryView delivery) =>
        $"{Text(delivery.Name)} {Status(delivery.Status)}{(delivery.Attempts > 1 ? string.Create(CultureInfo.InvariantCulture, $" x{delivery.Attempts}") : "")}{(delivery.IsReattempt ? " re-attempt" : "")}";

    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        return table;
    }

    private static long Count(ChannelView channel, string connector, MessageStatus status) =>
        channel.Counts.Where(count => count.Connector == connector && count.Status == status).Sum(count => count.Count);

    private static string Text(string? text) => Markup.Escape(PlainText.OneLine(text, 60));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Word(MessageStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());

    /// <summary>A status in its colour.</summary>
    public static string Status(MessageStatus status) => status switch
    {
        MessageStatus.Sent or MessageStatus.Transformed => $"[green]{Word(status)}[/]",
        MessageStatus.Error or MessageStatus.DeadLetter => $"[red]{Word(status)}[/]",
        MessageStatus.Queued or MessageStatus.Pending or MessageStatus.Received => $"[yellow]{Word(status)}[/]",
        _ => $"[grey]{Word(status)}[/]",
    };

    private static string Condition(ChannelCondition condition) => condition switch
    {
        ChannelCondition.Running => "[green]running[/]",
        ChannelCondition.Failed => "[red]failed[/]",
        _ => $"[yellow]{condition.ToString().ToLowerInvariant()}[/]",
    };
}
