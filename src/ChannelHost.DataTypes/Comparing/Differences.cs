namespace ChannelHost.DataTypes.Comparing;

/// <summary>Collects differences, as many as anybody reads and no more.</summary>
internal sealed class Differences
{
    private const int Most = 1_000;
    private const int LongestValue = 500;

    private readonly List<MessageDifference> _all = [];

    /// <summary>True when no more are taken.</summary>
    public bool IsFull => _all.Count >= Most;

    /// <summary>What was found, in the order of the messages.</summary>
    public IReadOnlyList<MessageDifference> All => _all;

    /// <summary>Adds one.</summary>
    public void Add(string path, string? label, string? expected, string? actual)
    {
        if (!IsFull)
        {
            _all.Add(new MessageDifference(path, label, Cut(expected), Cut(actual)));
        }
    }

    /// <summary>The comparison for what cannot be read as a message of its type: where the bytes part.</summary>
    public static IReadOnlyList<MessageDifference> OfBytes(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual)
    {
        var place = expected.Span.CommonPrefixLength(actual.Span);
        return place == expected.Length && place == actual.Length
            ? []
            : [new MessageDifference(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"byte {place + 1}"), null, $"{expected.Length} bytes", $"{actual.Length} bytes")];
    }

    private static string? Cut(string? value) => value is { Length: > LongestValue } ? string.Concat(value.AsSpan(0, LongestValue), "...") : value;
}
