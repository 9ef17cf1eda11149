namespace ChannelHost.Engine.Cases;

/// <summary>Takes what scripts and destinations hand to other channels, and answers as the case says.</summary>
internal sealed class CaseRouter(IReadOnlyDictionary<string, CaseAnswer> answers) : IChannelRouter
{
    private readonly Lock _sync = new();
    private readonly List<RoutedMessage> _routed = [];

    /// <summary>What was handed on, in order.</summary>
    public IReadOnlyList<RoutedMessage> Routed
    {
        get
        {
            lock (_sync)
            {
                return [.. _routed];
            }
        }
    }

    public ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int number;
        lock (_sync)
        {
            _routed.Add(new RoutedMessage(channel, message.Content));
            number = _routed.Count;
        }

        var answer = answers.GetValueOrDefault(channel);
        var content = answer?.Content is { } given ? given : default(ReadOnlyMemory<byte>?);
        return ValueTask.FromResult<SourceResponse?>(answer?.Status switch
        {
            // As a channel that is not deployed.
            MessageStatus.Queued => null,
            MessageStatus.Error => new SourceResponse(0, false, MessageStatus.Error, content, answer.Reason),
            _ => new SourceResponse(number, true, MessageStatus.Transformed, content, null),
        });
    }
}

/// <summary>A message for another channel.</summary>
/// <param name="Channel">Its name as the script gave it.</param>
/// <param name="Content">The message.</param>
internal sealed record RoutedMessage(string Channel, ReadOnlyMemory<byte> Content);
