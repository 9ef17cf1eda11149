namespace ChannelHost.DataTypes.Json;

/// <summary>How a source takes JSON apart.</summary>
internal sealed record JsonBatchOptions
{
    /// <summary>Where the array stands whose elements are messages, as a JSON pointer (RFC 6901); default empty: the whole is the array.</summary>
    [Option("Where the array stands whose elements are the messages, as a JSON pointer; empty: the whole is the array.", Example = "/items")]
    public string Path { get; init; } = "";
}
