using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Mllp;

/// <summary>Whether the partner answers.</summary>
internal enum MllpAnswer
{
    /// <summary>A message is sent only when its answer came, unless the message itself asks for none (HL7 v2: MSH-15 and MSH-16). The default.</summary>
    AsAsked,

    /// <summary>A message is sent only when its answer came, whatever it asks for: for partners that answer everything.</summary>
    Required,

    /// <summary>A message is sent when the system took its bytes; whether they arrived nobody knows.</summary>
    None,
}

/// <summary>The settings of an MLLP destination.</summary>
internal sealed record MllpDestinationOptions
{
    /// <summary>The partner.</summary>
    [Option("The partner's host and port.", Required = true, Example = "lab.example.org:6661")]
    public string Connect { get; init; } = "";

    /// <summary>True (default): one connection is kept for many messages.</summary>
    [Option("Keeps the connection for the next message; false opens one for each.")]
    public bool KeepOpen { get; init; } = true;

    /// <summary>How long connecting (name lookup and TLS included) may take; default 10 s.</summary>
    [Option("How long connecting may take, name lookup and TLS included.", Minimum = "100ms", Maximum = "10m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer may take, from the first byte sent; default 30 s.</summary>
    [Option("How long the partner may take to accept a message and answer it.", Minimum = "100ms", Maximum = "1h")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer; default 1 MB.</summary>
    [Option("The largest answer.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaximumFrame { get; init; } = ByteSize.Megabytes(1);

    /// <summary>Whether the partner answers; default as-asked.</summary>
    [Option("Whether the partner answers: as-asked (unless MSH-15 and MSH-16 of the message say that no answer is wanted), required or none. Without an answer a message counts as sent when its bytes are on the way: some may be lost.")]
    public MllpAnswer Answer { get; init; }

    /// <summary>TLS; null (default) for none.</summary>
    [Option("TLS settings; without them the connection is plain text.")]
    public TlsClientOptions? Tls { get; init; }
}
