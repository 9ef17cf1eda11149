using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Transformers;

namespace ChannelHost.Engine.Pipeline;

/// <summary>What the source makes of a message: is it one at all, preprocessors, filter, transformer, and the values for the index.</summary>
internal sealed class SourceTransformer(FilterTransformer transformer, MetadataReader metadata, IMessageCodec inbound, Preprocessor? preprocessor, MessageSnapshots snapshots)
{
    /// <summary>How messages are read.</summary>
    public IMessageCodec Inbound => inbound;

    /// <summary>Never throws for what the message or a script is guilty of.</summary>
    public Transformed Transform(ConnectorMessage message, MessageMaps maps, DestinationSelection destinations, CancellationToken cancellationToken)
    {
        // A preprocessor may make a message of what is none yet. Without one, garbage is refused here also when no script looks at it.
        if (preprocessor is null)
        {
            return Fault(message.Content) is { } fault
                ? new Transformed(MessageStatus.Error, message.Content, new ScriptError { Kind = "format", Message = fault }, [])
                : Transform(message, message.Content, maps, destinations, cancellationToken);
        }

        var processed = preprocessor.Run(message.Id, message.Content, maps, destinations, () => snapshots.AtSource(message, null, maps), cancellationToken);
        if (processed.Status == MessageStatus.Error)
        {
            return processed;
        }

        var transformed = Transform(message, processed.Content, maps, destinations, cancellationToken);
        return processed.StateChanges.Count == 0 ? transformed : transformed with { StateChanges = [.. processed.StateChanges, .. transformed.StateChanges] };
    }

    /// <summary>The values for the index; null when the channel indexes nothing.</summary>
    public IReadOnlyDictionary<string, string>? Metadata(ConnectorMessage message) => metadata.Read(message.Content);

    private Transformed Transform(ConnectorMessage message, ReadOnlyMemory<byte> content, MessageMaps maps, DestinationSelection destinations, CancellationToken cancellationToken)
    {
        if (!transformer.HasScripts)
        {
            return new Transformed(MessageStatus.Transformed, content, null, []);
        }

        return transformer.Transform(
            message.Id,
            content,
            maps,
            destinations,
            () => snapshots.AtSource(message, content.Equals(message.Content) ? default(ReadOnlyMemory<byte>?) : content, maps),
            cancellationToken);
    }

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
