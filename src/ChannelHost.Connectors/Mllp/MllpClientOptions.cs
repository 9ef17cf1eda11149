using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Mllp;

/// <summary>How an <see cref="MllpClient"/> behaves.</summary>
public sealed record MllpClientOptions
{
    /// <summary>How long connecting may take, name lookup and TLS included; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long sending a message and reading its answer may take; default 30 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer; default 1 MB.</summary>
    public ByteSize MaximumFrame { get; init; } = ByteSize.Megabytes(1);

    /// <summary>TLS; null (default) for plain text.</summary>
    public TlsClientOptions? Tls { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
