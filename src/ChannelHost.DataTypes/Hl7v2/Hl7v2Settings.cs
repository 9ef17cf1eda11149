namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>What all messages of a codec share: its options, and what is looked up once.</summary>
internal sealed class Hl7v2Settings
{
    public Hl7v2Settings(Hl7v2Options options)
    {
        Options = options;
        AcknowledgmentTime = JavaDatePattern.TryParse(options.AcknowledgmentTime, out var pattern, out var problem)
            ? pattern
            : throw new ArgumentException($"acknowledgmentTime cannot be read: {problem}", nameof(options));
        var charset = Charset.Find(options.Charset, "the setting charset")
            ?? throw new ArgumentException($"charset is \"{options.Charset}\"; wanted is {Charset.Wanted}.", nameof(options));
        Charsets = new Hl7Charsets(charset, options.CharsetFromMessage);
    }

    public Hl7v2Options Options { get; }

    public JavaDatePattern AcknowledgmentTime { get; }

    public Hl7Charsets Charsets { get; }

    public Hl7Names Names { get; } = new();

    public Hl7Paths Paths { get; } = new();
}
