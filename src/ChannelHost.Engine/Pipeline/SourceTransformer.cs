using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Transformers;

namespace ChannelHost.Engine.Pipeline;

/// <summary>What the source makes of a message: is it one at all, preprocessor, filter, transformer, and the values for the index.</summary>
internal sealed class SourceTransformer(FilterTransformer transformer, MetadataReader metadata, IMessageCodec inbound, bool hasPreprocessor)
{
    /// <summary>How messages are read.</summary>
    public IMessageCodec Inbound => inbound;

    /// <summary>Never throws for what the message or a script is guilty of.</summary>
    public Transformed Transform(ConnectorMessage message, MessageMaps maps, DestinationSelection destinations, CancellationToken cancellationToken)
    {
        // A preprocessor may make a message of what is none yet. Without one, garbage is refused here also when no script looks at it.
        if (!hasPreprocessor && Fault(message.Content) is { } fault)
        {
            return new Transformed(MessageStatus.Error, message.Content, new ScriptError { Kind = "format", Message = fault }, []);
        }

        return transformer.Transform(message.Id, message.Content, maps, destinations, cancellationToken);
    }

    /// <summary>The values for the index; null when the channel indexes nothing.</summary>
    public IReadOnlyDictionary<string, string>? Metadata(ConnectorMessage message) => metadata.Read(message.Content);

    private string? Fault(ReadOnlyMemory<byte> content)
    {
        try
        {
            switch (inbound.Model)
            {
                case MessageModel.Tree:
                    inbound.Parse(content);
                    break;
                case MessageModel.Json:
                    inbound.ReadJson(content);
                    break;
            }

            return null;
        }
        catch (MessageFormatException exception)
        {
            return exception.Message;
        }
    }
}
