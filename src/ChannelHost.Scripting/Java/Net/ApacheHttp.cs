using System.Text;
using ChannelHost.Scripting.Java.IO;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Net;

/// <summary>What scripts use of <c>org.apache.http</c> 4.</summary>
internal static class ApacheHttp
{
    private static readonly JavaClass Header = new JavaClass("org.apache.http.message.BasicHeader")
        .New(static call => new Pair(call.Text(0), call.TextOrNull(1) ?? ""))
        .Method<Pair>("getName", static (pair, call) => call.Return(pair.Name))
        .Method<Pair>("getValue", static (pair, call) => call.Return(pair.Value))
        .Method<Pair>("toString", static (pair, call) => call.Return($"{pair.Name}: {pair.Value}"));

    private static readonly JavaClass NameValue = new JavaClass("org.apache.http.message.BasicNameValuePair", Header)
        .New(static call => new Pair(call.Text(0), call.TextOrNull(1) ?? ""));

    private static readonly JavaClass ContentType = Types(new JavaClass("org.apache.http.entity.ContentType"))
        .Static("create", static call => call.New(ContentType!, new Media(call.Text(0), call.Has(1) ? Charsets.Of(call, 1) : null)))
        .Static("parse", static call => call.New(ContentType!, new Media(call.Text(0), null)))
        .Method<Media>("getMimeType", static (media, call) => call.Return(media.Type.Split(';')[0]))
        .Method<Media>("toString", static (media, call) => call.Return(media.ToString()));

    private static readonly JavaClass Entity = new JavaClass("org.apache.http.HttpEntity")
        .Method<Content>("getContent", static (content, call) => call.New(StreamClasses.InputStream, new JavaInput(new MemoryStream(content.Bytes, writable: false))))
        .Method<Content>("getContentLength", static (content, _) => content.Bytes.Length)
        .Method<Content>("getContentType", static (content, call) => content.Type is { } type ? call.New(Header, new Pair("Content-Type", type)) : JsValue.Null)
        .Void<Content>("setContentType", static (content, call) => content.Type = call[0] is JavaObject { State: Pair pair } ? pair.Value : call.Text(0))
        .Void<Content>("setContentEncoding", static (_, _) => { })
        .Void<Content>("setChunked", static (_, _) => { })
        .Void<Content>("writeTo", static (content, call) => call.Object<JavaOutput>(0).Write(call, content.Bytes));

    private static readonly JavaClass StatusLine = new JavaClass("org.apache.http.StatusLine")
        .Method<HttpAnswer>("getStatusCode", static (answer, _) => answer.Status)
        .Method<HttpAnswer>("getReasonPhrase", static (answer, call) => call.Return(answer.Reason))
        .Method<HttpAnswer>("toString", static (answer, call) => call.Return($"HTTP/1.1 {answer.Status} {answer.Reason}"));

    private static readonly JavaClass Response = new JavaClass("org.apache.http.client.methods.CloseableHttpResponse")
        .Method<HttpAnswer>("getStatusLine", static (answer, call) => call.New(StatusLine, answer))
        .Method<HttpAnswer>("getEntity", static (answer, call) => answer.Status == 204 ? JsValue.Null : call.New(Entity, new Content(answer.Body, answer.Header("Content-Type"))))
        .Method<HttpAnswer>("getFirstHeader", static (answer, call) => answer.Header(call.Text(0)) is { } value ? call.New(Header, new Pair(call.Text(0), value)) : JsValue.Null)
        .Method<HttpAnswer>("getHeaders", static (answer, call) => Headers(call, answer.Headers.Where(header => string.Equals(header.Name, call.Text(0), StringComparison.OrdinalIgnoreCase))))
        .Method<HttpAnswer>("getAllHeaders", static (answer, call) => Headers(call, answer.Headers))
        .Void<HttpAnswer>("close", static (_, _) => { })
        .Method<HttpAnswer>("toString", static (answer, call) => call.Return($"HTTP/1.1 {answer.Status} {answer.Reason}"));

    private static readonly JavaClass Client = new JavaClass("org.apache.http.impl.client.CloseableHttpClient")
        .Method("execute", static call => call.New(Response, call.Java.Http.Send(call.Object<HttpCall>(call[0] is JavaObject { State: HttpCall } ? 0 : 1))))
        .Method("close", static _ => JsValue.Undefined)
        .Method("getConnectionManager", static call => call.Self)
        .Method("shutdown", static _ => JsValue.Undefined);

    private static readonly JavaClass Builder = Accepting(
        new JavaClass("org.apache.http.impl.client.HttpClientBuilder"),
        "setDefaultRequestConfig", "disableCookieManagement", "disableAutomaticRetries", "disableContentCompression", "setUserAgent", "setMaxConnTotal", "setMaxConnPerRoute", "useSystemProperties", "setConnectionTimeToLive")
        .Static("create", static call => call.New(Builder!, new object()))
        .Method("build", static call => call.New(Client, new object()));

    private static readonly JavaClass Config = Accepting(
        new JavaClass("org.apache.http.client.config.RequestConfig$Builder"), "setConnectionRequestTimeout", "setRedirectsEnabled", "setCookieSpec", "setExpectContinueEnabled")
        .Chain<Settings>("setConnectTimeout", static (settings, call) => settings.Take(call.Int(0)))
        .Chain<Settings>("setSocketTimeout", static (settings, call) => settings.Take(call.Int(0)))
        .Method("build", static call => call.New(Config!, ((JavaObject)call.Self).State));

    private static readonly JavaClass Request = new JavaClass("org.apache.http.client.methods.HttpRequestBase")
        .Needs(JavaNeed.Host)
        .Void<HttpCall>("setHeader", static (request, call) => request.SetHeader(Named(call).Name, Named(call).Value))
        .Void<HttpCall>("addHeader", static (request, call) => request.Headers.Add((Named(call).Name, Named(call).Value)))
        .Void<HttpCall>("removeHeaders", static (request, call) => request.Headers.RemoveAll(header => string.Equals(header.Name, call.Text(0), StringComparison.OrdinalIgnoreCase)))
        .Void<HttpCall>("setURI", static (request, call) => request.Address = Address(call, 0))
        .Void<HttpCall>("setConfig", static (request, call) => request.Timeout = call.Object<Settings>(0).Timeout)
        .Method<HttpCall>("getURI", static (request, call) => call.New(UriClasses.Uri, request.Address))
        .Method<HttpCall>("getMethod", static (request, call) => call.Return(request.Method))
        .Void<HttpCall>("setEntity", static (request, call) => SetEntity(request, call.Object<Content>(0)))
        .Void<HttpCall>("releaseConnection", static (_, _) => { })
        .Void<HttpCall>("abort", static (_, _) => { });

    private static readonly JavaClass EntityUtils = new JavaClass("org.apache.http.util.EntityUtils")
        .Static("toString", static call => call.Return(call.Object<Content>(0).Text(call.Has(1) ? Charsets.Of(call, 1) : null)))
        .Static("toByteArray", static call => call.Java.Array(call.Object<Content>(0).Bytes))
        .Static("consume", static _ => JsValue.Undefined)
        .Static("consumeQuietly", static _ => JsValue.Undefined);

    /// <summary>The classes.</summary>
    public static readonly JavaClass[] All =
    [
        Header, NameValue, ContentType, Entity, StatusLine, Response, Client, Builder, Config, Request, EntityUtils,
        .. new[] { "Get", "Post", "Put", "Patch", "Delete", "Head", "Options" }.Select(Method),
        new JavaClass("org.apache.http.client.config.RequestConfig").Static("custom", static call => call.New(Config, new Settings())),
        new JavaClass("org.apache.http.impl.client.HttpClients")
            .Static("createDefault", static call => call.New(Client, new object()))
            .Static("createSystem", static call => call.New(Client, new object()))
            .Static("custom", static call => call.New(Builder, new object())),
        new JavaClass("org.apache.http.impl.client.DefaultHttpClient", Client).New(static _ => new object()),
        new JavaClass("org.apache.http.entity.StringEntity", Entity).New(static call => Text(call)),
        new JavaClass("org.apache.http.entity.ByteArrayEntity", Entity).New(static call => new Content(call.Bytes(0), call[1] is JavaObject { State: Media media } ? media.ToString() : null)),
        new JavaClass("org.apache.http.client.entity.UrlEncodedFormEntity", Entity).New(static call => Form(call)),
    ];

    private static JavaClass Method(string name) => new JavaClass("org.apache.http.client.methods.Http" + name, Request)
        .Needs(JavaNeed.Host)
        .New(call => new HttpCall(name.ToUpperInvariant(), Address(call, 0)));

    private static JavaClass Types(JavaClass type)
    {
        (string Name, string Type, Encoding? Encoding)[] known =
        [
            ("APPLICATION_JSON", "application/json", Encoding.UTF8), ("APPLICATION_XML", "application/xml", Encoding.Latin1), ("TEXT_PLAIN", "text/plain", Encoding.Latin1),
            ("TEXT_XML", "text/xml", Encoding.Latin1), ("TEXT_HTML", "text/html", Encoding.Latin1), ("APPLICATION_FORM_URLENCODED", "application/x-www-form-urlencoded", Encoding.Latin1),
            ("APPLICATION_OCTET_STREAM", "application/octet-stream", null), ("MULTIPART_FORM_DATA", "multipart/form-data", Encoding.Latin1),
        ];
        foreach (var (name, media, encoding) in known)
        {
            type.Constant(name, call => call.New(type, new Media(media, encoding)));
        }

        return type;
    }

    // Settings that make no difference here.
    private static JavaClass Accepting(JavaClass type, params string[] methods)
    {
        foreach (var method in methods)
        {
            type.Method(method, static call => call.Self);
        }

        return type;
    }

    private static Uri Address(JavaCall call, int index) => call[index] is JavaObject { State: Uri known }
        ? known
        : Uri.TryCreate(call.Text(index), UriKind.Absolute, out var uri) ? uri : throw call.Throw("java.lang.IllegalArgumentException", "The text is no http address.");

    private static Pair Named(JavaCall call) => call[0] is JavaObject { State: Pair pair } ? pair : new Pair(call.Text(0), call.Text(1));

    private static void SetEntity(HttpCall request, Content content)
    {
        request.Body = content.Bytes;
        if (content.Type is { } type && !request.Headers.Exists(static header => header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
        {
            request.SetHeader("Content-Type", type);
        }
    }

    private static Content Text(JavaCall call)
    {
        var media = call[1] switch
        {
            JavaObject { State: Media given } => given,
            _ when call.Has(1) => new Media("text/plain", Charsets.Of(call, 1)),
            _ => new Media("text/plain", Encoding.Latin1),
        };
        return new Content((media.Encoding ?? Encoding.Latin1).GetBytes(call.Text(0)), media.ToString());
    }

    private static Content Form(JavaCall call)
    {
        var fields = call.Items(0).Select(item => item is JavaObject { State: Pair pair } ? pair : throw call.Throw("java.lang.IllegalArgumentException", "A form holds BasicNameValuePair."));
        var text = string.Join('&', fields.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}").Select(pair => pair.Replace("%20", "+", StringComparison.Ordinal)));
        return new Content(Encoding.ASCII.GetBytes(text), "application/x-www-form-urlencoded; charset=" + Charsets.Of(call, 1).WebName.ToUpperInvariant());
    }

    private static JavaObject Headers(JavaCall call, IEnumerable<(string Name, string Value)> headers) =>
        call.Java.Array(headers.Select(header => call.New(Header, new Pair(header.Name, header.Value))));

    private sealed record Pair(string Name, string Value);

    private sealed record Media(string Type, Encoding? Encoding)
    {
        public override string ToString() => Encoding is null ? Type : $"{Type}; charset={Encoding.WebName.ToUpperInvariant()}";
    }

    private sealed class Content(byte[] bytes, string? type)
    {
        public byte[] Bytes => bytes;

        public string? Type { get; set; } = type;

        public string Text(Encoding? otherwise)
        {
            var at = Type?.IndexOf("charset=", StringComparison.OrdinalIgnoreCase) ?? -1;
            var name = at < 0 ? null : Type![(at + 8)..].Split(';')[0].Trim(' ', '"');
            return (name is not null && Find(name) is { } found ? found : otherwise ?? Encoding.UTF8).GetString(bytes);
        }

        private static Encoding? Find(string name) =>
            CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncodings().FirstOrDefault(info => info.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.GetEncoding();
    }

    private sealed class Settings
    {
        public TimeSpan? Timeout { get; private set; }

        public void Take(int millis) => Timeout = millis > 0 ? TimeSpan.FromMilliseconds(Math.Max(millis, Timeout?.TotalMilliseconds ?? 0)) : Timeout;
    }
}
