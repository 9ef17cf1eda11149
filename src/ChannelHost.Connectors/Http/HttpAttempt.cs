namespace ChannelHost.Connectors.Http;

/// <summary>One attempt to send one message: where it goes, redirects included, and how far it came.</summary>
internal sealed class HttpAttempt(Uri url, ReadOnlyMemory<byte> body, string? key, IReadOnlyList<(string Name, string Value)> headers)
{
    private MessageContent? _content;

    /// <summary>Where the message was to go.</summary>
    public Uri First { get; } = url;

    /// <summary>Where it goes now.</summary>
    public Uri Url { get; private set; } = url;

    /// <summary>The host, for people. Never the path: it may hold a patient's number.</summary>
    public string Host => Url.Authority;

    /// <summary>True when a redirect led to another host.</summary>
    public bool IsElsewhere => !UrlTemplate.IsSameOrigin(Url, First);

    /// <summary>The key by which the partner knows the message again.</summary>
    public string? Key { get; } = key;

    /// <summary>The headers of the settings.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; } = headers;

    /// <summary>True when the request carries a message in its body.</summary>
    public bool HasContent => !body.IsEmpty;

    /// <summary>True when a part of the body was handed to a connection: the partner may have all of it.</summary>
    public bool IsBegun => _content is { IsBegun: true };

    /// <summary>The body for the next request; null when there is none to send.</summary>
    public MessageContent? NewContent() => _content = HasContent ? new MessageContent(body) : null;

    /// <summary>Follows a redirect.</summary>
    public void GoTo(Uri next) => Url = next;
}
