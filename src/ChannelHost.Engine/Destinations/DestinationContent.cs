using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Transformers;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Writes what is sent in place of the message (<c>content:</c>). It is filled in once, when the destination's scripts have run, and stored: what a queue sends
/// later is what the maps held then.
/// </summary>
/// <param name="template">What is sent.</param>
/// <param name="codec">How it is written.</param>
/// <param name="environment">What the channel's scripts share.</param>
/// <param name="destination">The destination's name.</param>
internal sealed class DestinationContent(Template template, IMessageCodec codec, ScriptEnvironment environment, string destination)
{
    private long _count;

    /// <summary>The message with the filled-in text in its place, or why that cannot be.</summary>
    /// <param name="transformed">The message.</param>
    /// <param name="work">The same as it would be sent.</param>
    /// <param name="maps">Its maps.</param>
    /// <param name="snapshot">The message as templates see it.</param>
    /// <param name="id">The destination's number in it.</param>
    public Transformed Fill(Transformed transformed, DestinationWork work, MessageMaps maps, Func<MessageSnapshot> snapshot, int id)
    {
        if (!template.TryFill(new MessageVariables(work, maps, environment, destination, attempt: 1, snapshot: snapshot, connectorId: id, count: () => Interlocked.Increment(ref _count)), out var text))
        {
            return Failed(transformed, $"content: nothing is named {text}");
        }

        try
        {
            return transformed with { Content = codec.Encode(text) };
        }
        catch (MessageFormatException exception)
        {
            return Failed(transformed, $"content: {exception.Message}");
        }
    }

    /// <summary>A message as text; null when it is none.</summary>
    public string? TextOf(ReadOnlyMemory<byte> message) => ResponseValue.TextOf(message, codec);

    private static Transformed Failed(Transformed transformed, string reason) =>
        transformed with { Status = MessageStatus.Error, Error = new ScriptError { Kind = "format", Message = reason } };
}
