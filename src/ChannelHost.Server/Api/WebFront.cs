using System.Net;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;
using Serilog;

namespace ChannelHost.Server.Api;

/// <summary>The HTTP side: health, figures, the API. Plain HTTP, on loopback unless told otherwise.</summary>
internal static class WebFront
{
    /// <summary>Builds it; nothing listens yet.</summary>
    public static WebApplication Build(HostSettings settings, ChannelEngine engine, Readiness readiness, DataFolderProbe data, VersionRoutes versions, OperationRoutes operations, RepairRoutes repairs, BackupRoutes backups, Serilog.ILogger logger)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // What the command line says counts, not files or variables that happen to lie around.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Services.AddSerilog(logger);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.WebHost.UseUrls([.. settings.Urls]);
        builder.WebHost.ConfigureKestrel(Limit);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("ChannelHost", "ChannelHost.Storage", "System.Runtime")
            .AddPrometheusExporter());

        var app = builder.Build();
        app.UseMiddleware<RequestGuard>(settings.Urls.All(IsLoopback));
        app.UseOpenTelemetryPrometheusScrapingEndpoint();
        app.MapHealth(engine, readiness, data);
        app.MapApi(engine);
        versions.Map(app);
        operations.Map(app);
        repairs.Map(app);
        backups.Map(app);
        return app;
    }

    /// <summary>True when nobody but this machine can reach the address.</summary>
    public static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.IsLoopback || (IPAddress.TryParse(uri.Host, out var address) && IPAddress.IsLoopback(address)));

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 256;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
    }
}
