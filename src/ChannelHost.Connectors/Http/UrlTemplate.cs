using System.Diagnostics.CodeAnalysis;

namespace ChannelHost.Connectors.Http;

/// <summary>
/// The <c>url:</c> of a destination, filled in for each message. Values are percent-encoded and cannot leave their place: none changes the host, climbs to
/// another path by <c>..</c> or adds to the query. A host that a message chooses must be listed, and is a host and its port, nothing more.
/// </summary>
internal sealed class UrlTemplate
{
    private readonly Template _template;
    private readonly TargetHosts _hosts;

    // So many values stand before the path: they are not encoded, but may hold nothing that ends a host, and what comes of them is checked against the list.
    private readonly int _hostValues;

    private UrlTemplate(Template template, TargetHosts hosts, int hostValues, Uri? fixedTo)
    {
        (_template, _hosts, _hostValues, Origin) = (template, hosts, hostValues, fixedTo);
    }

    /// <summary>Scheme, host and port that the author wrote; null when messages choose.</summary>
    public Uri? Origin { get; }

    /// <summary>Reads the setting.</summary>
    public static bool TryCreate(Template template, IReadOnlyList<string> allowedHosts, [NotNullWhen(true)] out UrlTemplate? url, out string wanted)
    {
        const string form = "a URL that begins with http:// or https://, without user and password in it";
        url = null;
        wanted = form;
        var end = EndOfHost(template.Source, out var hostValues);
        if (hostValues > 0)
        {
            wanted = "http:// or https://, and a host that is written out, or allowedHosts with the hosts that messages may choose";
            url = allowedHosts.Count > 0 && IsWeb(template.Source) ? new UrlTemplate(template, new TargetHosts(allowedHosts), hostValues, null) : null;
            return url is not null;
        }

        if (!TryRead(template.Source[..end], out var origin))
        {
            return false;
        }

        url = new UrlTemplate(template, new TargetHosts(allowedHosts), 0, origin);
        return true;
    }

    /// <summary>The URL for a message. False with a reason, without values, when there is none.</summary>
    public bool TryFill(IVariableLookup variables, [NotNullWhen(true)] out Uri? url, out string reason)
    {
        url = null;
        reason = "";
        var values = new Encoding(variables, _hostValues);
        if (!_template.TryFill(values, out var text))
        {
            reason = $"The URL cannot be made: {text} has no value for this message.";
            return false;
        }

        if (values.IsBeyondHost)
        {
            reason = "The URL cannot be made: a value for the host holds other characters than those of a host and a port; nothing was sent.";
            return false;
        }

        if (Climbs(text))
        {
            reason = "The URL cannot be made: a value would be . or .. as a step of the path.";
            return false;
        }

        if (!TryRead(text, out var made))
        {
            reason = "The URL that the message's values make is none.";
            return false;
        }

        if (Origin is null ? !_hosts.Allows(made) : !IsSameOrigin(made, Origin))
        {
            reason = "The message chooses a host that is not among allowedHosts; nothing was sent.";
            return false;
        }

        url = made;
        return true;
    }

    /// <summary>True when scheme, host and port are the same.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && one.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool TryRead(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Host.Length > 0;

    private static bool IsWeb(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where scheme, host and port end, and how many values stand in them.</summary>
    private static int EndOfHost(string source, out int values)
    {
        values = 0;
        var at = 0;
        while (at < source.Length)
        {
            if (source.AsSpan(at).StartsWith("://"))
            {
                at += 3;
            }
            else if (source.AsSpan(at).StartsWith("${"))
            {
                values++;
                at = source.IndexOf('}', at) + 1;
            }
            else if (source[at] is '/' or '?' or '#' or '\\')
            {
                return at;
            }
            else
            {
                at++;
            }
        }

        return at;
    }

    // Before Uri reads it: Uri resolves the steps and they are gone.
    private static bool Climbs(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.AsSpan(start).IndexOfAny('?', '#');
        var path = end < 0 ? text.AsSpan(start) : text.AsSpan(start, end);
        foreach (var range in path.SplitAny('/', '\\'))
        {
            if (path[range] is "." or ".." || path[range].Contains("%2e", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The values in the order in which the template asks for them: those of the host as they are, the others encoded.</summary>
    private sealed class Encoding(IVariableLookup variables, int hostValues) : IVariableLookup
    {
        private int _left = hostValues;

        /// <summary>True when a value for the host would reach into what follows it.</summary>
        public bool IsBeyondHost { get; private set; }

        public string? Find(string name) => variables.Find(name);

        public object? FindValue(string name) => variables.FindValue(name);

        public string Show(string reference, string text)
        {
            var value = variables.Show(reference, text);
            if (_left-- <= 0)
            {
                return Uri.EscapeDataString(value);
            }

            foreach (var one in value)
            {
                // Letters of other scripts too: names of hosts may have them, and Uri makes them what the list is compared with.
                IsBeyondHost |= !char.IsLetterOrDigit(one) && one is not ('.' or '-' or '_' or ':' or '[' or ']');
            }

            return value;
        }
    }
}
