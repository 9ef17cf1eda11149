using System.Text;

namespace ChannelHost.Scripting.Java.Net;

/// <summary>Addresses and their escapes.</summary>
internal static class UriClasses
{
    /// <summary><c>java.net.URI</c>.</summary>
    public static readonly JavaClass Uri = new JavaClass("java.net.URI")
        .New(static call => Parse(call, "java.net.URISyntaxException"))
        .Static("create", static call => call.New(Uri!, Parse(call, "java.lang.IllegalArgumentException")))
        .Method<Uri>("getScheme", static (uri, call) => call.Return(uri.IsAbsoluteUri ? uri.Scheme : null))
        .Method<Uri>("getHost", static (uri, call) => call.Return(uri.IsAbsoluteUri && uri.Host.Length > 0 ? uri.Host : null))
        .Method<Uri>("getPort", static (uri, _) => uri.IsAbsoluteUri && !uri.IsDefaultPort ? uri.Port : -1)
        .Method<Uri>("getPath", static (uri, call) => call.Return(uri.IsAbsoluteUri ? System.Uri.UnescapeDataString(uri.AbsolutePath) : uri.OriginalString))
        .Method<Uri>("getQuery", static (uri, call) => call.Return(uri.IsAbsoluteUri && uri.Query.Length > 1 ? System.Uri.UnescapeDataString(uri.Query[1..]) : null))
        .Method<Uri>("getFragment", static (uri, call) => call.Return(uri.IsAbsoluteUri && uri.Fragment.Length > 1 ? uri.Fragment[1..] : null))
        .Method<Uri>("toURL", static (uri, call) => call.New(HttpClasses.Url, uri))
        .Method<Uri>("toString", static (uri, call) => call.Return(uri.OriginalString))
        .Method<Uri>("toASCIIString", static (uri, call) => call.Return(uri.IsAbsoluteUri ? uri.AbsoluteUri : uri.OriginalString));

    /// <summary><c>java.net.URLEncoder</c>.</summary>
    public static readonly JavaClass Encoder = new JavaClass("java.net.URLEncoder")
        .Static("encode", static call => call.Return(Encode(Charsets(call).GetBytes(call.Text(0)))));

    /// <summary><c>java.net.URLDecoder</c>.</summary>
    public static readonly JavaClass Decoder = new JavaClass("java.net.URLDecoder")
        .Static("decode", static call => call.Return(Decode(call, call.Text(0))));

    /// <summary><c>java.net.InetAddress</c>: only what the host is called.</summary>
    public static readonly JavaClass InetAddress = new JavaClass("java.net.InetAddress")
        .Static("getLocalHost", static call => call.New(InetAddress!, "localhost"))
        .Static("getByName", static call => call.New(InetAddress!, call.Text(0)))
        .Method<string>("getHostName", static (name, call) => call.Return(name))
        .Method<string>("getCanonicalHostName", static (name, call) => call.Return(name))
        .Method<string>("getHostAddress", static (name, call) => System.Net.IPAddress.TryParse(name, out _)
            ? call.Return(name)
            : throw call.Throw("java.lang.SecurityException", "Scripts cannot look up addresses: use the host's name."))
        .Method<string>("toString", static (name, call) => call.Return(name));

    private static Uri Parse(JavaCall call, string exception) => call[0] is JavaObject { State: Uri known }
        ? known
        : System.Uri.TryCreate(call.Text(0), UriKind.RelativeOrAbsolute, out var uri) ? uri : throw call.Throw(exception, "The text is no address.");

    private static Encoding Charsets(JavaCall call) => IO.Charsets.Of(call, 1);

    private static string Encode(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'*' or (byte)'_')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append(b == ' ' ? "+" : $"%{b:X2}");
            }
        }

        return text.ToString();
    }

    private static string Decode(JavaCall call, string text)
    {
        var bytes = new List<byte>();
        var encoding = Charsets(call);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '+':
                    bytes.Add((byte)' ');
                    break;
                case '%':
                    bytes.Add(at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var b)
                        ? b
                        : throw call.Throw("java.lang.IllegalArgumentException", "Illegal hex characters in escape (%) pattern"));
                    at += 2;
                    break;
                default:
                    bytes.AddRange(encoding.GetBytes(text[at..(at + (char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1))]));
                    at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 1 : 0;
                    break;
            }
        }

        return encoding.GetString([.. bytes]);
    }
}
