using System.CommandLine;
using System.Globalization;
using ChannelHost.Server.Api;
using ChannelHost.Server.Completion;
using ChannelHost.Server.Exporting;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost export</c>: writes messages of the running host to files.</summary>
internal static class ExportCommand
{
    // So many contents are asked for ahead of the one that is written.
    private const int Ahead = 16;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel." };
        ChannelNames.Complete(channel, channels: null);
        var filter = new MessageFilter();
        var target = new Option<string>("--out") { Description = "A folder that is empty or not there (files), or a file that is not there (jsonl).", HelpName = "PATH", Required = true };
        var what = new Option<string>("--what") { Description = "raw: what senders sent; sent: what destinations were sent; response: what they answered; attachments: what was taken out of messages.", DefaultValueFactory = _ => "raw" };
        var format = new Option<string>("--format") { Description = "files: one file a message; jsonl: one line of JSON a message.", DefaultValueFactory = _ => "files" };
        what.AcceptOnlyFromAmong("raw", "sent", "response", "attachments");
        format.AcceptOnlyFromAmong("files", "jsonl");
        var why = CommonOptions.WhyIfSaid();
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("export", "Writes messages, newest first, to files that only you can read. They hold what the messages hold: patient data. Nothing is overwritten.")
        {
            channel, target, what, format, why, url, json,
        };
        filter.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var interruption = new Interruption(cancellationToken);
            using var client = new HostClient(parsed.GetValue(url)!);
            var choice = new ContentChoice(parsed.GetValue(what)!, parsed.GetValue(filter.Destination));
            using var export = Open(Path.GetFullPath(parsed.GetValue(target)!), parsed.GetValue(format)!);
            var permit = await client.PostAsync(
                $"{HostClient.PathOf(parsed.GetValue(channel)!)}/export", new ExportRequest(choice.What, Caller.Name(), parsed.GetValue(why)),
                ApiJson.Default.ExportRequest, ApiJson.Default.ExportPermit, interruption.Token);
            var counts = await WriteAllAsync(
                client, permit.Export, parsed.GetValue(channel)!, filter.ReadAllAsync(parsed, client, parsed.GetValue(channel)!, interruption.Token), choice, export, interruption.Token);
            Guarded(export.Complete, export.Place);
            terminal.Output.WriteLine(parsed.GetValue(json)
                ? string.Create(CultureInfo.InvariantCulture, $"{{\"messages\":{counts.Messages},\"contents\":{counts.Contents},\"bytes\":{counts.Bytes},\"without\":{counts.Without}}}")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{counts.Contents} content(s) of {counts.Messages} message(s), {counts.Bytes} bytes, written to {PlainText.OneLine(export.Place)}{(counts.Without == 0 ? "" : $"; {counts.Without} message(s) had nothing to write")}"));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static IContentExport Open(string place, string format)
    {
        IContentExport? export = null;
        Guarded(() => export = format == "files" ? new FolderExport(place) : new LinesExport(place), place);
        return export!;
    }

    private static async Task<(long Messages, long Contents, long Bytes, long Without)> WriteAllAsync(
        HostClient client, string permit, string channel, IAsyncEnumerable<MessageView> messages, ContentChoice choice, IContentExport export, CancellationToken cancellationToken)
    {
        var ahead = new Queue<Task<ContentView>>();
        var (count, contents, bytes, without) = (0L, 0L, 0L, 0L);
        await foreach (var message in messages.WithCancellation(cancellationToken))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{HostClient.PathOf(channel)}/messages/{message.Id}/content?what={choice.What}&export={permit}");
            ahead.Enqueue(client.GetAsync(path, ApiJson.Default.ContentView, cancellationToken));
            if (ahead.Count >= Ahead)
            {
                await WriteNextAsync();
            }
        }

        while (ahead.Count > 0)
        {
            await WriteNextAsync();
        }

        return (count, contents, bytes, without);

        async Task WriteNextAsync()
        {
            var view = await ahead.Dequeue();
            var before = contents;
            foreach (var content in choice.Of(view))
            {
                Guarded(() => export.Write(view.Message, content), export.Place);
                contents++;
                bytes += content.Bytes.Length;
            }

            count++;
            without += contents == before ? 1 : 0;
        }
    }

    private static void Guarded(Action write, string place)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"cannot write to {place}: {error.Message}", error);
        }
    }
}
