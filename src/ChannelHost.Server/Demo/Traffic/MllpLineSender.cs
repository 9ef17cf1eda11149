using ChannelHost.Connectors.Mllp;
using ChannelHost.Server.Sending;

namespace ChannelHost.Server.Demo.Traffic;

/// <summary>A partner with one MLLP connection that it keeps open.</summary>
internal sealed class MllpLineSender(TrafficLine line, Doors doors, TimeProvider time) : ILineSender
{
    private readonly MllpClientOptions _options = new() { ConnectTimeout = TimeSpan.FromSeconds(2), AnswerTimeout = TimeSpan.FromSeconds(10), Time = time };
    private MllpClient? _client;
    private System.Net.IPEndPoint? _peer;

    /// <inheritdoc/>
    public async Task<LineAnswer> SendAsync(TrafficItem item, CancellationToken cancellationToken)
    {
        if (doors.Listener(line) is not { } listener)
        {
            return LineAnswer.None;
        }

        try
        {
            var client = await ConnectedAsync(listener, cancellationToken);
            var answer = await client.ExchangeAsync(item.Content, cancellationToken);
            return Er7Text.Field(answer.Span, "MSA"u8, 1) is "AA" or "CA" ? LineAnswer.Positive : LineAnswer.Negative;
        }
        catch (MllpException)
        {
            // The channel is being swapped or its port is gone: partners try again.
            await DisposeAsync();
            return LineAnswer.None;
        }
        catch (OperationCanceledException)
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is { } client)
        {
            _client = null;
            await client.DisposeAsync();
        }
    }

    private async Task<MllpClient> ConnectedAsync(System.Net.IPEndPoint listener, CancellationToken cancellationToken)
    {
        if (_client is not null && (!_client.IsReusable() || !listener.Equals(_peer)))
        {
            await DisposeAsync();
        }

        _peer = listener;
        return _client ??= await MllpClient.ConnectAsync(listener.Address.ToString(), listener.Port, _options, cancellationToken);
    }
}
