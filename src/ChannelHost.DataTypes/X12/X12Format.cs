namespace ChannelHost.DataTypes.X12;

/// <summary>The settings, ready for use.</summary>
internal sealed class X12Format(X12Options options)
{
    public X12Options Options { get; } = options;

    public X12Delimiters Delimiters { get; } = new(
        DelimiterEscapes.Read(options.SegmentDelimiter),
        DelimiterEscapes.Read(options.ElementDelimiter),
        DelimiterEscapes.Read(options.SubelementDelimiter));

    public Charset Charset { get; } = Charset.Find(options.Charset, "the setting charset")
        ?? throw new ArgumentException($"charset is \"{options.Charset}\"; wanted is {Charset.Wanted}.", nameof(options));
}
