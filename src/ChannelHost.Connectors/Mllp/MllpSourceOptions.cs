using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Mllp;

/// <summary>What a start block (0x0B) inside a frame means.</summary>
internal enum StartInsideFrame
{
    /// <summary>The frame before it has lost its end: nothing of it is kept, the connection is closed, and the sender sends again. The default.</summary>
    Close,

    /// <summary>What came before it is dropped as junk, and a new frame begins.</summary>
    NewFrame,

    /// <summary>It is content like any other byte.</summary>
    Content,
}

/// <summary>The settings of an MLLP source.</summary>
internal sealed record MllpSourceOptions
{
    /// <summary>Where to listen.</summary>
    [Option("Address and port to listen on; * stands for every address of this machine.", Required = true, Example = "127.0.0.1:6661")]
    public string Listen { get; init; } = "";

    /// <summary>How many senders may be connected at once; default 256, 1 to 100,000.</summary>
    [Option("How many senders may be connected at once; one more is closed as soon as it comes.", Minimum = "1", Maximum = "100000")]
    public int Connections { get; init; } = 256;

    /// <summary>The largest message; default 50 MB, 1 KB to 1 GB.</summary>
    [Option("The largest message; a larger one gets a negative answer and its connection is closed.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaximumFrame { get; init; } = ByteSize.Megabytes(50);

    /// <summary>How long a connection may be silent between messages; default 30 min, 0 for ever.</summary>
    [Option("How long a connection may be silent between messages before it is closed; 0s for ever.", Minimum = "0s", Maximum = "7d")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a message begun may take until it is whole, and an answer until it is written; default 30 s.</summary>
    [Option("How long a message that has begun may take until it is whole, and its answer until the sender has taken it.", Minimum = "100ms", Maximum = "1h")]
    public TimeSpan ReceiveTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a start block inside a frame means; default close.</summary>
    [Option("What a start block inside a message means: close (its end was lost: close, keep nothing), new-frame (drop what came before) or content.")]
    public StartInsideFrame StartInsideFrame { get; init; }

    /// <summary>TLS; null (default) for none.</summary>
    [Option("TLS settings; without them the connection is plain text.")]
    public TlsServerOptions? Tls { get; init; }
}
