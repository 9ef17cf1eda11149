using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ChannelHost.Server.Sending;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>A partner system that listens on HTTP, writes what it gets into a ledger before it answers, and answers an HL7 acknowledgment.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<Delivery> _ledger = new();
    private readonly ConcurrentQueue<(string ControlId, string Key, bool IsReattempt)> _keys = new();

    private HttpReceiver(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        _server = builder.Build();
        _server.Run(TakeAsync);
    }

    /// <summary>All deliveries so far, in order.</summary>
    public IReadOnlyList<Delivery> Ledger => [.. _ledger];

    /// <summary>The keys that came with them.</summary>
    public IReadOnlyList<(string ControlId, string Key, bool IsReattempt)> Keys => [.. _keys];

    /// <summary>Listens on loopback.</summary>
    public static async Task<HttpReceiver> StartAsync(int port, CancellationToken cancellationToken)
    {
        var receiver = new HttpReceiver(port);
        await receiver._server.StartAsync(cancellationToken);
        return receiver;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var controlId = Er7Text.Field(body.ToArray(), "MSH"u8, 10) ?? "";
        _ledger.Enqueue(new Delivery(controlId, Some.Hash(body.ToArray())));
        _keys.Enqueue((controlId, http.Request.Headers["Idempotency-Key"].ToString(), http.Request.Headers.ContainsKey("X-Reattempt")));
        await http.Response.Body.WriteAsync(
            Encoding.ASCII.GetBytes($"MSH|^~\\&|NEXT|N|PMS|P|20260102030405||ACK|R{controlId}|P|2.5.1\rMSA|AA|{controlId}\r"), http.RequestAborted);
    }
}
