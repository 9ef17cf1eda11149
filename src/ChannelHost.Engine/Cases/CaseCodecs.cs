using System.Collections.Concurrent;

namespace ChannelHost.Engine.Cases;

/// <summary>How the messages of a case are read: what comes in and the answer, what goes to destinations, and what goes to other channels.</summary>
internal sealed class CaseCodecs(ChannelDefinition definition, IReadOnlyList<IDataType> dataTypes)
{
    private readonly ConcurrentDictionary<string, IMessageCodec> _destinations = new(StringComparer.Ordinal);

    /// <summary>Of the source.</summary>
    public IMessageCodec Source { get; } = Codec(definition.Source.DataType);

    /// <summary>The destinations that are not switched off, in order.</summary>
    public IReadOnlyList<string> Destinations { get; } = [.. definition.Destinations.Where(destination => destination.Enabled).Select(destination => destination.Name)];

    /// <summary>Of a destination.</summary>
    public IMessageCodec Of(string destination) =>
        _destinations.GetOrAdd(destination, name => Codec(definition.Destinations.First(candidate => candidate.Name == name).DataType));

    /// <summary>For a message to a channel whose data type nobody here knows; null when it looks like none.</summary>
    public IMessageCodec? For(ReadOnlyMemory<byte> content) =>
        ContentKind.DataType(content) is { } name && dataTypes.FirstOrDefault(type => type.Name == name) is { } known
            ? known.CreateCodec(Activator.CreateInstance(known.OptionsType)!)
            : null;

    private static IMessageCodec Codec(DataTypeChoice choice) => choice.DataType.CreateCodec(choice.Options);
}
