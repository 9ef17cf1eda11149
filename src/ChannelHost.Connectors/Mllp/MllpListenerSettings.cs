using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Mllp;

/// <summary>What a running MLLP source goes by: the options, and what was read from files for them. Replaced whole when the options change.</summary>
internal sealed record MllpListenerSettings(MllpSourceOptions Options, ServerTls? Tls)
{
    /// <summary>The largest content, as the reader wants it.</summary>
    public int MaximumFrame { get; } = (int)Math.Min(Options.MaximumFrame.Bytes, Array.MaxLength - 16);

    /// <summary>True: a start block inside a frame is content.</summary>
    public bool StartIsContent { get; } = Options.StartInsideFrame == StartInsideFrame.Content;

    /// <summary>Reads the certificates.</summary>
    /// <exception cref="ConnectorException">They cannot be used.</exception>
    public static MllpListenerSettings From(MllpSourceOptions options, ConnectorContext context) =>
        new(options, options.Tls is null ? null : new ServerTls(options.Tls, context.Time, context.Logger));
}
