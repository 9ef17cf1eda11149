namespace ChannelHost.Abstractions;

/// <summary>The text of a batch while a script takes it apart. Unlike a <see cref="StringReader"/> it knows its place, so that nothing is lost of what a failed run had read.</summary>
/// <param name="text">The whole batch.</param>
public sealed class BatchText(string text) : TextReader
{
    private int _position;

    /// <summary>How many characters are read; set to go back to a place, or on to one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the text.</exception>
    public int Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, text.Length);
            _position = value;
        }
    }

    /// <summary>True when nothing but white space is left: the last line's end, an empty line behind it.</summary>
    public bool HasOnlyBlanksLeft => text.AsSpan(_position).IsWhiteSpace();

    /// <inheritdoc/>
    public override int Peek() => _position < text.Length ? text[_position] : -1;

    /// <inheritdoc/>
    public override int Read() => _position < text.Length ? text[_position++] : -1;

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Read(buffer.AsSpan(index, count));
    }

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        var count = Math.Min(buffer.Length, text.Length - _position);
        text.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override string ReadToEnd()
    {
        var rest = text[_position..];
        _position = text.Length;
        return rest;
    }

    /// <summary>The text from a place on. Half a character stays whole.</summary>
    public string From(int place) => text[(place > 0 && place < text.Length && char.IsSurrogatePair(text, place - 1) ? place - 1 : place)..];
}
