using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Mllp;

/// <summary>Sends messages to an MLLP listener, one at a time, each with its own answer.</summary>
internal sealed class MllpDestination(MllpDestinationOptions options, ConnectorContext context) : IDestination
{
    private readonly MllpClientOptions _clientOptions = new()
    {
        ConnectTimeout = options.ConnectTimeout,
        AnswerTimeout = options.AnswerTimeout,
        MaximumFrame = options.MaximumFrame,
        Time = context.Time,
    };

    private readonly string _answered = $"answered by {options.Connect}";
    private readonly string _handedOver = $"handed to {options.Connect}, which does not answer";
    private HostPort _peer;
    private ClientTls? _tls;
    private MllpClient? _client;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!HostPort.TryParse(options.Connect, out _peer))
        {
            throw new ConnectorException($"Cannot send to '{options.Connect}': wanted {HostPort.Wanted}.");
        }

        _tls = options.Tls is null ? null : new ClientTls(options.Tls, context.Time, context.Logger);
        return Task.CompletedTask;
    }

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Unsendable(message.Content.Span) is { } reason)
        {
            return Response.Failed(reason);
        }

        try
        {
            var client = await ConnectedAsync(cancellationToken);
            var response = await ExchangeAsync(client, message, cancellationToken);
            if (!options.KeepOpen)
            {
                await DiscardAsync();
            }

            return response;
        }
        catch (MllpException e)
        {
            await DiscardAsync();
            return e.MayHaveArrived ? Response.Uncertain(e.Message) : Response.TryAgain(e.Message);
        }
        catch
        {
            await DiscardAsync();
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // A send that is still under way ends with the closing of its socket; its own thread cleans up.
        Volatile.Read(ref _client)?.Abort();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await DiscardAsync();

    private async ValueTask<Response> ExchangeAsync(MllpClient client, OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (options.Answer == MllpAnswer.AsAsked && message.Validator is { ExpectsAnswer: false })
        {
            await client.SendUnansweredAsync(message.Content, cancellationToken);
            return Response.Sent(_handedOver);
        }

        if (options.Answer == MllpAnswer.None)
        {
            await client.SendAsync(message.Content, cancellationToken);
            return Response.Sent(_handedOver);
        }

        var answer = await client.ExchangeAsync(message.Content, cancellationToken);
        if (message.Validator is null)
        {
            return Response.Sent(_answered, answer);
        }

        var verdict = message.Validator.Judge(answer);
        if (verdict.DiscardConnection)
        {
            await DiscardAsync();
        }

        return verdict.Response;
    }

    private async ValueTask<MllpClient> ConnectedAsync(CancellationToken cancellationToken)
    {
        if (_client is not null)
        {
            if (_client.IsReusable())
            {
                return _client;
            }

            await DiscardAsync();
        }

        context.Figures.Connections(+1);
        try
        {
            var client = await MllpClient.ConnectAsync(_peer, _clientOptions, _tls, cancellationToken);
            Volatile.Write(ref _client, client);
            return client;
        }
        catch
        {
            context.Figures.Connections(-1);
            throw;
        }
    }

    private async ValueTask DiscardAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            context.Figures.Connections(-1);
            await client.DisposeAsync();
        }
    }

    private static string? Unsendable(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return "There is nothing to send: the message is empty.";
        }

        var at = MllpFrame.IndexOfEndBlock(content);
        return at < 0 ? null : $"The message holds the MLLP end block (0x1C 0x0D) at byte {at}: the partner would take it for two. Take it out in a transformer.";
    }
}
