using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Http;

/// <summary>What becomes of a <c>multipart/form-data</c> body (RFC 7578).</summary>
internal enum MultipartUse
{
    /// <summary>Each file is a message; other fields go to the source map as <c>form.NAME</c>. The default.</summary>
    Files,

    /// <summary>The first file is the message; other fields go to the source map. More files are refused.</summary>
    FirstFile,

    /// <summary>Each part is a message, whether it is a file or a field.</summary>
    Parts,

    /// <summary>The body is one message as it is.</summary>
    Whole,
}

/// <summary>What the message of a request is.</summary>
internal enum HttpMessageForm
{
    /// <summary>The body. The default.</summary>
    Body,

    /// <summary>XML with the request's headers, parameters and body in it.</summary>
    RequestXml,
}

/// <summary>The settings of an HTTP source. Sources with the same <c>listen</c> share one listener; what it is made of must agree then.</summary>
internal sealed record HttpSourceOptions : IAnswerTemplates
{
    /// <summary>Where to listen.</summary>
    [Option("Address and port to listen on; * stands for every address of this machine. Channels may share it.", Required = true, Example = "127.0.0.1:8080")]
    public string Listen { get; init; } = "";

    /// <summary>The path; default <c>/</c>.</summary>
    [Option("The path, where {name} stands for one step and {*name} for the rest; scripts read them as path.NAME from the source map.", Example = "\"/intake/{clinic}\"")]
    public string Path { get; init; } = "/";

    /// <summary>The methods; default POST.</summary>
    [Option("The methods that are taken; others get 405.", Example = "[POST, PUT]")]
    public IReadOnlyList<string> Methods { get; init; } = ["POST"];

    /// <summary>The media types that are taken; empty (default) for any.</summary>
    [Option("The content types that are taken, without parameters; others get 415. Without it any is.", Example = "[application/json]")]
    public IReadOnlyList<string> ContentTypes { get; init; } = [];

    /// <summary>Who may send; null (default) for anybody.</summary>
    [Option("Who may send; without it anybody may.")]
    public HttpSourceAuth? Auth { get; init; }

    /// <summary>What the message is; default the body.</summary>
    [Option("What the message is: body, or request-xml: XML with the whole request in it (HttpRequest), as Mirth's HTTP Listener gives it with an XML body.")]
    public HttpMessageForm Message { get; init; }

    /// <summary>Whether <c>request-xml</c> holds address, method, parameters and headers, too; default true.</summary>
    [Option("Whether request-xml holds address, method, path, parameters and headers, too, and not the body alone.")]
    public bool RequestMetadata { get; init; } = true;

    /// <summary>What becomes of multipart bodies; default files.</summary>
    [Option("What becomes of a multipart/form-data body: files (each file is a message), first-file, parts (each part is a message) or whole (the body as it is).")]
    public MultipartUse Multipart { get; init; }

    /// <summary>The most parts of a multipart body; default 1,000.</summary>
    [Option("The most parts of a multipart body.", Minimum = "1", Maximum = "100000")]
    public int MaximumParts { get; init; } = 1000;

    /// <summary>The largest body, packed and unpacked; default 50 MB.</summary>
    [Option("The largest body, before and after unpacking; a larger one gets 413.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaximumBody { get; init; } = ByteSize.Megabytes(50);

    /// <summary>How many times larger than packed a body may become beyond its first megabyte; default 100.</summary>
    [Option("How many times its packed size a body beyond 1 MB may have (gzip, deflate, br); more gets 413.", Minimum = "2", Maximum = "2000")]
    public int MaximumRatio { get; init; } = 100;

    /// <summary>How long a body may take in all; default 5 min.</summary>
    [Option("How long a body may take until it is whole; then 408.", Minimum = "100ms", Maximum = "1h")]
    public TimeSpan ReceiveTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The slowest a body may come, in bytes a second after five seconds of grace; default 240, 0 for no limit.</summary>
    [Option("The slowest a body may come in bytes a second, after 5 s of grace; then 408. 0 for no limit.", Minimum = "0", Maximum = "100000000")]
    public int MinimumRate { get; init; } = 240;

    /// <summary>The header by which senders mark a request they may send again; default <c>Idempotency-Key</c>.</summary>
    [Option("The header whose value marks a request that may come again: it gets its first answer. Empty: none.")]
    public string KeyHeader { get; init; } = "Idempotency-Key";

    /// <summary>Whether every request needs a key; default false.</summary>
    [Option("Refuses requests without that header (400).")]
    public bool RequireKey { get; init; }

    /// <summary>The status for a filtered message; default 200.</summary>
    [Option("The status for a message that the channel filtered.", Minimum = "200", Maximum = "599")]
    public int FilteredStatus { get; init; } = 200;

    /// <summary>The status for a message on which the source's scripts failed; default 422.</summary>
    [Option("The status for a message that is kept as an error because the source's scripts failed on it.", Minimum = "200", Maximum = "599")]
    public int ErrorStatus { get; init; } = 422;

    /// <summary>The status for a message that a destination refused or could not be given; default 502.</summary>
    [Option("The status for a message that is kept and failed at a destination the sender waits for.", Minimum = "200", Maximum = "599")]
    public int DestinationErrorStatus { get; init; } = 502;

    /// <summary>The content type of answers; null (default): by the data type.</summary>
    [Option("The content type of the channel's answers; without it that of the data type.", Example = "application/fhir+json")]
    public string? AnswerType { get; init; }

    /// <summary>The status of answers; null (default): by what became of the message.</summary>
    [Option("The status of the channel's answers, filled in for each message; where it does not become a number from 200 to 599, the status says what became of the message.", Example = "${answerStatus}")]
    public Template? AnswerStatus { get; init; }

    /// <summary>Headers of answers.</summary>
    [Option("Headers of the channel's answers, their values filled in for each message; what a script puts into the response map as http.header.NAME counts before them.")]
    public IReadOnlyList<HttpHeaderSetting> AnswerHeaders { get; init; } = [];

    /// <summary>A variable with more headers of answers; null (default) for none.</summary>
    [Option("The name of a variable of the message that holds more headers of its answer: a map of names and values.", Example = "answerHeaders")]
    public string? AnswerHeadersFrom { get; init; }

    /// <summary>TLS; null (default) for none.</summary>
    [Option("TLS settings; without them the connection is plain text.")]
    public TlsServerOptions? Tls { get; init; }

    /// <summary>How many senders may be connected at once; default 256.</summary>
    [Option("How many senders may be connected to the listener at once; one more is closed as soon as it comes.", Minimum = "1", Maximum = "100000")]
    public int Connections { get; init; } = 256;

    /// <summary>How long a connection may be silent between requests; default 2 min.</summary>
    [Option("How long a connection may be silent between requests before it is closed.", Minimum = "1s", Maximum = "1d")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the headers of a request may take; default 15 s.</summary>
    [Option("How long the headers of a request may take; then 408.", Minimum = "1s", Maximum = "10m")]
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The largest headers of a request; default 32 KB.</summary>
    [Option("The largest headers of a request, all together; larger ones get 431. At most 100 of them.", Minimum = "1KB", Maximum = "1MB")]
    public ByteSize MaximumHeaders { get; init; } = new(32 * 1024);

    IReadOnlyDictionary<string, Template> IAnswerTemplates.AnswerTemplates
    {
        get
        {
            var templates = new Dictionary<string, Template>(StringComparer.Ordinal);
            if (AnswerStatus is not null)
            {
                templates["http.status"] = AnswerStatus;
            }

            foreach (var header in AnswerHeaders)
            {
                templates[$"http.header.{header.Name}"] = header.Value;
            }

            return templates;
        }
    }

    IReadOnlyDictionary<string, string> IAnswerTemplates.AnswerMaps =>
        AnswerHeadersFrom is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["http.header."] = AnswerHeadersFrom };
}
