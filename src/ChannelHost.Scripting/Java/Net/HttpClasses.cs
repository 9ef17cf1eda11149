using ChannelHost.Scripting.Java.IO;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Net;

/// <summary><c>java.net.URL</c> and its connections.</summary>
internal static class HttpClasses
{
    /// <summary><c>java.net.HttpURLConnection</c>.</summary>
    public static readonly JavaClass Connection = new JavaClass("java.net.HttpURLConnection")
        .Needs(JavaNeed.Host)
        .Void<Connected>("setRequestMethod", static (connected, call) => connected.Call.Method = call.Text(0).ToUpperInvariant())
        .Method<Connected>("getRequestMethod", static (connected, call) => call.Return(connected.Call.Method))
        .Void<Connected>("setRequestProperty", static (connected, call) => connected.Call.SetHeader(call.Text(0), call.Text(1)))
        .Void<Connected>("addRequestProperty", static (connected, call) => connected.Call.Headers.Add((call.Text(0), call.Text(1))))
        .Void<Connected>("setDoOutput", static (connected, call) => connected.Outputs(call.Flag(0)))
        .Void<Connected>("setDoInput", static (_, _) => { })
        .Void<Connected>("setUseCaches", static (_, _) => { })
        .Void<Connected>("setFixedLengthStreamingMode", static (_, _) => { })
        .Void<Connected>("setInstanceFollowRedirects", static (connected, call) => connected.Call.FollowsRedirects = call.Flag(0))
        .Void<Connected>("setConnectTimeout", static (connected, call) => connected.SetTimeout(call.Int(0)))
        .Void<Connected>("setReadTimeout", static (connected, call) => connected.SetTimeout(call.Int(0)))
        .Void<Connected>("connect", static (connected, call) => HttpGate.Check(call.Run, connected.Call.Address))
        .Void<Connected>("disconnect", static (_, _) => { })
        .Method<Connected>("getOutputStream", static (connected, call) => call.New(StreamClasses.OutputStream, connected.Output()))
        .Method<Connected>("getResponseCode", static (connected, call) => connected.Answer(call).Status)
        .Method<Connected>("getResponseMessage", static (connected, call) => call.Return(connected.Answer(call).Reason))
        .Method<Connected>("getInputStream", static (connected, call) => connected.Answer(call) is { Status: < 400 } answer
            ? Stream(call, answer)
            : throw call.Throw("java.io.IOException", $"Server returned HTTP response code: {connected.Answer(call).Status} for URL: {connected.Call.Address.GetLeftPart(UriPartial.Path)}"))
        .Method<Connected>("getErrorStream", static (connected, call) => connected.Answer(call) is { Status: >= 400 } answer ? Stream(call, answer) : JsValue.Null)
        .Method<Connected>("getHeaderField", static (connected, call) => call.Return(connected.Answer(call).Header(call.Text(0))))
        .Method<Connected>("getContentType", static (connected, call) => call.Return(connected.Answer(call).Header("Content-Type")))
        .Method<Connected>("getContentLength", static (connected, call) => connected.Answer(call).Body.Length)
        .Method<Connected>("getURL", static (connected, call) => call.New(Url!, connected.Call.Address))
        .Constant("HTTP_OK", 200)
        .Constant("HTTP_CREATED", 201)
        .Constant("HTTP_BAD_REQUEST", 400)
        .Constant("HTTP_UNAUTHORIZED", 401)
        .Constant("HTTP_NOT_FOUND", 404)
        .Constant("HTTP_INTERNAL_ERROR", 500);

    /// <summary><c>java.net.URL</c>.</summary>
    public static readonly JavaClass Url = new JavaClass("java.net.URL")
        .Needs(JavaNeed.Host)
        .New(static call => New(call))
        .Method<Uri>("openConnection", static (uri, call) => call.New(Connection, new Connected(new HttpCall("GET", uri))))
        .Method<Uri>("openStream", static (uri, call) => Stream(call, call.Java.Http.Send(new HttpCall("GET", uri))))
        .Method<Uri>("getProtocol", static (uri, call) => call.Return(uri.Scheme))
        .Method<Uri>("getHost", static (uri, call) => call.Return(uri.Host))
        .Method<Uri>("getPort", static (uri, _) => uri.IsDefaultPort ? -1 : uri.Port)
        .Method<Uri>("getPath", static (uri, call) => call.Return(uri.AbsolutePath))
        .Method<Uri>("getQuery", static (uri, call) => call.Return(uri.Query.Length > 1 ? uri.Query[1..] : null))
        .Method<Uri>("getFile", static (uri, call) => call.Return(uri.PathAndQuery))
        .Method<Uri>("toURI", static (uri, call) => call.New(UriClasses.Uri, uri))
        .Method<Uri>("toExternalForm", static (uri, call) => call.Return(uri.OriginalString))
        .Method<Uri>("toString", static (uri, call) => call.Return(uri.OriginalString));

    private static Uri New(JavaCall call)
    {
        if (call[0] is JavaObject { State: Uri known })
        {
            return call.Count > 1 && Uri.TryCreate(known, call.Text(1), out var below) ? below : known;
        }

        return Uri.TryCreate(call.Text(0), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw call.Throw("java.net.MalformedURLException", "The address must begin with http:// or https://.");
    }

    private static JsValue Stream(JavaCall call, HttpAnswer answer) =>
        call.New(StreamClasses.InputStream, new JavaInput(new MemoryStream(answer.Body, writable: false)));

    /// <summary>A connection: a request until somebody asks for the answer.</summary>
    private sealed class Connected(HttpCall call)
    {
        private MemoryStream? _output;
        private HttpAnswer? _answer;

        public HttpCall Call => call;

        // Who writes without a method means POST, as in Java.
        public void Outputs(bool wanted)
        {
            if (wanted && call.Method == "GET")
            {
                call.Method = "POST";
            }
        }

        public void SetTimeout(int millis) => call.Timeout = millis > 0 ? TimeSpan.FromMilliseconds(millis) : call.Timeout;

        public JavaOutput Output()
        {
            Outputs(true);
            return new JavaOutput(_output ??= new MemoryStream());
        }

        public HttpAnswer Answer(JavaCall java)
        {
            if (_answer is null)
            {
                call.Body = _output?.ToArray();
                _answer = java.Java.Http.Send(call);
            }

            return _answer;
        }
    }
}
