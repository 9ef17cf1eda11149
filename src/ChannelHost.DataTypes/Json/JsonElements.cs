using System.Globalization;
using System.Text.Json;

namespace ChannelHost.DataTypes.Json;

/// <summary>Walks through the elements of an array in JSON bytes without reading more than it must. Depth is a counter: nothing recurses.</summary>
internal sealed class JsonElements(ReadOnlyMemory<byte> bytes)
{
    // Each part is judged by the codec; one that is too deep must not take the others with it.
    private const int AnyDepth = 1_000_000_000;

    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = AnyDepth });
    private int _at;

    /// <summary>Where reading stands.</summary>
    public int Position => _at;

    /// <summary>Goes to the array at a path. False when there is none.</summary>
    /// <exception cref="JsonException">This is no JSON.</exception>
    public bool Enter(ReadOnlySpan<string> steps)
    {
        var reader = Reader();
        reader.Read();
        foreach (var step in steps)
        {
            if (!Enter(ref reader, step))
            {
                return false;
            }
        }

        Keep(reader);
        return reader.TokenType == JsonTokenType.StartArray;
    }

    /// <summary>The next element; false when the array ends, and with it the text.</summary>
    /// <exception cref="JsonException">What follows is no JSON.</exception>
    public bool Next(out Range element)
    {
        var reader = Reader();
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            while (reader.Read())
            {
            }

            element = default;
            return false;
        }

        var start = _at + (int)reader.TokenStartIndex;
        reader.Skip();
        Keep(reader);
        element = start.._at;
        return true;
    }

    private static bool Enter(ref Utf8JsonReader reader, string step)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isWanted = reader.ValueTextEquals(step);
                reader.Read();
                if (isWanted)
                {
                    return true;
                }

                reader.Skip();
            }

            return false;
        }

        if (reader.TokenType != JsonTokenType.StartArray || !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return false;
        }

        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; reader.Skip(), index--)
        {
            if (index == 0)
            {
                return true;
            }
        }

        return false;
    }

    private Utf8JsonReader Reader() => new(bytes.Span[_at..], isFinalBlock: true, _state);

    private void Keep(in Utf8JsonReader reader)
    {
        _at += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }
}
