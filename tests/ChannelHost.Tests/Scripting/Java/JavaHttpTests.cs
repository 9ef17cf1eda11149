using System.Net;
using System.Text;

namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaHttpTests : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly int _port;
    private readonly Task _serving;

    public JavaHttpTests()
    {
        for (var attempt = 0; ; attempt++)
        {
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                _port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            try
            {
                _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
                _listener.Prefixes.Add($"http://localhost:{_port}/");
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 5)
            {
                _listener.Prefixes.Clear();
            }
        }

        _serving = ServeAsync();
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.GetAwaiter().GetResult();
    }

    [Fact]
    public void UrlConnection_PostsAndReads()
    {
        const string script =
            "var c = new java.net.URL(BASE + '/echo').openConnection(); c.setRequestMethod('POST'); c.setRequestProperty('X-Who', 'me'); c.setDoOutput(true); "
            + "var o = c.getOutputStream(); o.write(new java.lang.String('hello').getBytes('UTF-8')); o.close(); "
            + "c.getResponseCode() + '|' + new java.io.BufferedReader(new java.io.InputStreamReader(c.getInputStream())).readLine()";

        Assert.Equal("string:200|POST /echo me hello", Eval(script));
    }

    [Fact]
    public void ApacheClient_PostsAndReads()
    {
        const string script =
            "var client = Packages.org.apache.http.impl.client.HttpClients.createDefault(); var post = new Packages.org.apache.http.client.methods.HttpPost(BASE + '/echo'); "
            + "post.setHeader('X-Who', 'you'); post.setEntity(new Packages.org.apache.http.entity.StringEntity('{}', Packages.org.apache.http.entity.ContentType.APPLICATION_JSON)); "
            + "var response = client.execute(post); "
            + "response.getStatusLine().getStatusCode() + '|' + Packages.org.apache.http.util.EntityUtils.toString(response.getEntity(), 'UTF-8') + '|' + response.getFirstHeader('X-Type').getValue()";

        Assert.Equal("string:200|POST /echo you {}|application/json; charset=UTF-8", Eval(script));
    }

    [Fact]
    public void HostThatIsNotDeclared_IsRefusedAndNamed()
    {
        var result = JavaBench.Eval("new java.net.URL('http://other.example.org/').openStream()", access: Access());

        Assert.Contains("may not connect to 'other.example.org:80'", result, StringComparison.Ordinal);
    }

    [Fact]
    public void RedirectionToAHostThatIsNotDeclared_IsRefused() =>
        Assert.Contains("may not connect to 'localhost", Eval("new java.net.URL(BASE + '/away').openStream()"), StringComparison.Ordinal);

    [Fact]
    public void RedirectionToAnotherHost_TakesNoKeysAlong()
    {
        const string script =
            "var c = new java.net.URL(BASE + '/away').openConnection(); c.setRequestProperty('X-Who', 'key-1'); c.setRequestProperty('Accept', 'text/x'); "
            + "new java.io.BufferedReader(new java.io.InputStreamReader(c.getInputStream())).readLine() + '|' + c.getHeaderField('X-Accept')";

        Assert.Equal("string:GET /echo  |text/x", JavaBench.Eval($"var BASE = 'http://127.0.0.1:{_port}'; " + script, access: new ScriptAccess { Hosts = [$"127.0.0.1:{_port}", $"localhost:{_port}"] }));
    }

    [Fact]
    public void RedirectionOnTheSameHost_KeepsItsHeaders() => Assert.Equal(
        "string:GET /echo key-1 ",
        Eval("var c = new java.net.URL(BASE + '/here').openConnection(); c.setRequestProperty('X-Who', 'key-1'); new java.io.BufferedReader(new java.io.InputStreamReader(c.getInputStream())).readLine()"));

    [Fact]
    public void HeadersThatFrameARequest_AreTheClientsOwn()
    {
        const string script =
            "var c = new java.net.URL(BASE + '/echo').openConnection(); c.setRequestMethod('POST'); c.setRequestProperty('Host', 'other.example.org'); "
            + "c.setRequestProperty('Content-Length', '1'); c.setRequestProperty('Transfer-Encoding', 'chunked'); c.setRequestProperty('Connection', 'upgrade'); c.setDoOutput(true); "
            + "var o = c.getOutputStream(); o.write(new java.lang.String('hello').getBytes('UTF-8')); o.close(); "
            + "new java.io.BufferedReader(new java.io.InputStreamReader(c.getInputStream())).readLine() + '|' + c.getHeaderField('X-Host')";

        Assert.Equal($"string:POST /echo  hello|127.0.0.1:{_port}", Eval(script));
    }

    [Fact]
    public void ServerThatNeverAnswers_EndsWithTheTimeAskedFor() =>
        Assert.Contains("java.net.SocketTimeoutException", Eval("var c = new java.net.URL(BASE + '/never').openConnection(); c.setReadTimeout(100); c.getResponseCode()"), StringComparison.Ordinal);

    [Fact]
    public void ErrorStatus_IsAnExceptionWithAnErrorStream()
    {
        Assert.Contains("Server returned HTTP response code: 500", Eval("new java.net.URL(BASE + '/bad').openConnection().getInputStream()"), StringComparison.Ordinal);
        Assert.Equal("string:GET /bad  ", Eval("var c = new java.net.URL(BASE + '/bad').openConnection(); new java.io.BufferedReader(new java.io.InputStreamReader(c.getErrorStream())).readLine()"));
    }

    private string Eval(string script) => JavaBench.Eval($"var BASE = 'http://127.0.0.1:{_port}'; " + script, access: Access());

    private ScriptAccess Access() => new() { Hosts = [$"127.0.0.1:{_port}"] };

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            switch (context.Request.Url!.AbsolutePath)
            {
                case "/never":
                    continue;
                case "/away":
                    context.Response.Redirect($"http://localhost:{_port}/echo");
                    break;
                case "/here":
                    context.Response.Redirect($"http://127.0.0.1:{_port}/echo");
                    break;
                default:
                    using (var reader = new StreamReader(context.Request.InputStream))
                    {
                        var body = await reader.ReadToEndAsync(CancellationToken.None);
                        context.Response.StatusCode = context.Request.Url.AbsolutePath == "/bad" ? 500 : 200;
                        context.Response.Headers["X-Type"] = context.Request.ContentType ?? "none";
                        context.Response.Headers["X-Accept"] = context.Request.Headers["Accept"] ?? "none";
                        context.Response.Headers["X-Host"] = context.Request.UserHostName;
                        var answer = Encoding.UTF8.GetBytes($"{context.Request.HttpMethod} {context.Request.Url.AbsolutePath} {context.Request.Headers["X-Who"]} {body}");
                        await context.Response.OutputStream.WriteAsync(answer, CancellationToken.None);
                    }

                    break;
            }

            context.Response.Close();
        }
    }
}
