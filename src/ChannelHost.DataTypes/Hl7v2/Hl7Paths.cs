namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Paths that were read before.</summary>
internal sealed class Hl7Paths
{
    private readonly BoundedCache<string, Hl7Path> _byText = new(2_000, StringComparer.Ordinal);

    /// <summary>The path that the text means.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public Hl7Path Read(string text) => _byText.GetOrMake(text, Hl7Path.Parse);
}
