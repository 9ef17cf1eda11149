namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>E4X that cannot be read.</summary>
/// <param name="offset">Where, in the author's text.</param>
/// <param name="message">What is wrong.</param>
internal sealed class TranslationException(int offset, string message) : Exception(message)
{
    /// <summary>Where, in the author's text.</summary>
    public int Offset { get; } = offset;

    /// <summary>A token that the grammar does not want where it stands.</summary>
    public static TranslationException Unexpected(string text, int offset)
    {
        if (offset >= text.Length)
        {
            return new TranslationException(text.Length, "Unexpected end of input");
        }

        var length = Characters.WordEnd(text, offset) - offset;
        if (length == 0)
        {
            length = char.IsSurrogatePair(text, offset) ? 2 : 1;
        }

        return new TranslationException(offset, $"Unexpected token '{text.AsSpan(offset, Math.Min(length, MaxQuoted))}'");
    }

    private const int MaxQuoted = 40;
}
