using System.Diagnostics;
using ChannelHost.Connectors.Mllp;

namespace ChannelHost.Server.Sending;

/// <summary>Sends messages to a target over some connections and gathers the answers, in the order of the messages.</summary>
internal sealed class MessageSender(SendTarget target, int connections)
{
    /// <summary>Sends all; <paramref name="sent"/> is called after each message.</summary>
    public async Task<IReadOnlyList<SendResult>> SendAsync(IReadOnlyList<MessageToSend> messages, Action sent, CancellationToken cancellationToken)
    {
        var results = new SendResult[messages.Count];
        var next = -1;
        var workers = Enumerable.Range(0, Math.Min(connections, messages.Count)).Select(_ => WorkAsync(() =>
        {
            var at = Interlocked.Increment(ref next);
            return at < messages.Count ? at : -1;
        }));
        await Task.WhenAll(workers);
        return results;

        async Task WorkAsync(Func<int> take)
        {
            MllpClient? client = null;
            try
            {
                for (var at = take(); at >= 0; at = take())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    (results[at], client) = target.Folder is null
                        ? await ExchangeAsync(client, messages[at], cancellationToken)
                        : (Put(messages[at], at), null);
                    sent();
                }
            }
            finally
            {
                if (client is not null)
                {
                    await client.DisposeAsync();
                }
            }
        }
    }

    private async Task<(SendResult, MllpClient?)> ExchangeAsync(MllpClient? client, MessageToSend message, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var controlId = Er7Text.Field(message.Content.Span, "MSH"u8, 10);
        try
        {
            if (client is not null && !client.IsReusable())
            {
                await client.DisposeAsync();
                client = null;
            }

            client ??= await MllpClient.ConnectAsync(target.Host!, target.Port, new MllpClientOptions(), cancellationToken);
            if (!AsksForAnswer(message.Content))
            {
                await client.SendUnansweredAsync(message.Content, cancellationToken);
                return (new SendResult(target.Name, message.Name, controlId, SendResult.NotAsked, "sent; the message asks for no answer (MSH-15, MSH-16)", Elapsed(started)), client);
            }

            var answer = await client.ExchangeAsync(message.Content, cancellationToken);
            var code = Er7Text.Field(answer.Span, "MSA"u8, 1) ?? "?";
            var text = Er7Text.Field(answer.Span, "MSA"u8, 3) is { Length: > 0 } own ? own : Er7Text.Field(answer.Span, "ERR"u8, 8);
            return (new SendResult(target.Name, message.Name, controlId, code, Foreign(answer, controlId) ?? text, Elapsed(started)), client);
        }
        catch (MllpException error)
        {
            if (client is not null)
            {
                await client.DisposeAsync();
            }

            return (new SendResult(target.Name, message.Name, controlId, null, error.Message, Elapsed(started)), null);
        }
    }

    private static bool AsksForAnswer(ReadOnlyMemory<byte> content) => HostSetup.Hl7Codec.ValidatorFor(content) is not { ExpectsAnswer: false };

    private static string? Foreign(ReadOnlyMemory<byte> answer, string? controlId)
    {
        var answered = Er7Text.Field(answer.Span, "MSA"u8, 2);
        return controlId is not null && answered is not null && answered != controlId ? $"answers another message: {answered}" : null;
    }

    // The name appears only when the file is whole; the channel's quiet time does the rest.
    private SendResult Put(MessageToSend message, int at)
    {
        var started = Stopwatch.GetTimestamp();
        var controlId = Er7Text.Field(message.Content.Span, "MSH"u8, 10);
        var name = $"{Path.GetFileNameWithoutExtension(message.File)}-{Guid.NewGuid().ToString("N")[..8]}-{at + 1}{Path.GetExtension(message.File)}";
        var hidden = Path.Combine(target.Folder!, $".{name}.part");
        try
        {
            Directory.CreateDirectory(target.Folder!);
            File.WriteAllBytes(hidden, message.Content.Span);
            File.Move(hidden, Path.Combine(target.Folder!, name), overwrite: false);
            return new SendResult(target.Name, message.Name, controlId, SendResult.Put, $"into the watched folder as {name}", Elapsed(started));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new SendResult(target.Name, message.Name, controlId, null, error.Message, Elapsed(started));
        }
    }

    private static double Elapsed(long started) => Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2);
}
