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
    /// <summary>The message with the filled-in text in its place, or why that cannot be.</summary>
    public Transformed Fill(Transformed transformed, DestinationWork work, MessageMaps maps)
    {
        if (!template.TryFill(new MessageVariables(work, maps, environment, destination, attempt: 1), out var text))
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

    private static Transformed Failed(Transformed transformed, string reason) =>
        transformed with { Status = MessageStatus.Error, Error = new ScriptError { Kind = "format", Message = reason } };
}
