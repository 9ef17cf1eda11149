using System.Diagnostics;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Api;
using Microsoft.AspNetCore.Connections;

namespace ChannelHost.Server.Hosting;

/// <summary>
/// The whole house, from the lock on the data folder to the last log line. Parts start in the order in which they need each other and stop the other
/// way round: first nothing new comes in, then what is in hand finishes, then the stores close.
/// </summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private readonly HostSettings _settings;
    private readonly IChannelStores _stores;
    private readonly ChannelDeployer _deployer;
    private readonly VersionKeeper _keeper;
    private readonly WebApplication _web;
    private readonly Readiness _readiness;
    private readonly ILogger _logger;

    private HostProcess(
        HostSettings settings, IChannelStores stores, ChannelEngine engine, ChannelDeployer deployer, VersionKeeper keeper, WebApplication web, Readiness readiness, ILogger logger)
    {
        _settings = settings;
        _stores = stores;
        Engine = engine;
        _deployer = deployer;
        _keeper = keeper;
        _web = web;
        _readiness = readiness;
        _logger = logger;
    }

    private const int ThreadsAtOnce = 256;

    /// <summary>The channels.</summary>
    public ChannelEngine Engine { get; }

    /// <summary>Where the API listens; ports given as 0 are filled in.</summary>
    public ICollection<string> Addresses => _web.Urls;

    /// <summary>Completes when every channel was deployed once.</summary>
    public Task WhenReady => _readiness.WhenReady;

    /// <summary>Locks the data folder, opens the API and begins to deploy channels.</summary>
    /// <exception cref="CommandFailure">It cannot start.</exception>
    public static async Task<HostProcess> StartAsync(HostSettings settings, Serilog.ILogger serilog, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        // A script that runs to its time limit, and a file on a share that hangs, hold a thread of the pool. The pool makes new ones at once only up to this
        // number; above it channels that have nothing to do with the culprit would wait for seconds. Threads that are not needed are not made.
        ThreadPool.GetMinThreads(out _, out var completion);
        ThreadPool.SetMinThreads(ThreadsAtOnce, completion);
        var files = HostSetup.OpenChannels(settings.ChannelsFolder, settings.DataFolder, settings.Environment);
        if (HostSetup.Secrets(settings.DataFolder).KeyFault is { } fault)
        {
            throw new CommandFailure(ExitCode.KeyUnusable, fault.Message, fault);
        }

        if (HostSetup.Encryption().KeyFault is { } storeFault)
        {
            throw new CommandFailure(ExitCode.KeyUnusable, storeFault.Message, storeFault);
        }

        var stores = HostSetup.OpenStores(settings.DataFolder, settings.PostgreSql, loggers);
        var engine = HostSetup.CreateEngine(stores, loggers, settings.HoldQueues);
        var readiness = new Readiness();
        var archive = HostSetup.Versions(settings.DataFolder);
        var restore = HostSetup.Restore(settings.ChannelsFolder, settings.DataFolder, archive);
        var audit = HostSetup.Audit(settings.DataFolder);
        var keeper = new VersionKeeper(archive, audit, HostSetup.EnvironmentName(settings.Environment), TimeProvider.System, loggers.CreateLogger<VersionKeeper>());
        var gate = new CaseGate(HostSetup.OpenCases(settings.ChannelsFolder), HostSetup.CreateCaseRunner(), keeper.IsLastThatRan, TimeProvider.System);
        var lastGood = new LastGoodVersion(files, archive, settings.DataFolder);
        var deployer = new ChannelDeployer(engine, files, gate, keeper, lastGood, readiness, TimeProvider.System, loggers.CreateLogger<ChannelDeployer>());
        var changes = new ChannelChanges(deployer, keeper, lastGood, archive, restore, audit);
        var record = new OperationAudit(audit, loggers.CreateLogger<OperationAudit>());
        var operations = new OperationRoutes(engine, record);
        var repairs = new RepairRoutes(engine, record);
        var backups = new BackupRoutes(stores, settings.DataFolder, record);
        var versions = new VersionRoutes(engine, keeper, archive, restore, changes, readiness);
        var web = WebFront.Build(settings, engine, readiness, HostSetup.Probe(settings.DataFolder), versions, operations, repairs, backups, serilog);
        var process = new HostProcess(settings, stores, engine, deployer, keeper, web, readiness, loggers.CreateLogger<HostProcess>());
        try
        {
            await ListenAsync(web, settings, cancellationToken);
            keeper.Finish(restore);
            deployer.Start();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more messages, lets those in hand finish within the deadline, and closes. What is queued stays queued, on disk.</summary>
    /// <returns>True when everything finished within the deadline.</returns>
    public async Task<bool> StopAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _readiness.Stop();
        Log.Stopping(_logger, _settings.Drain.TotalSeconds);
        using var deadline = new CancellationTokenSource(_settings.Drain);
        await _deployer.StopAsync(deadline.Token);
        await Engine.StopAsync(deadline.Token);
        var inTime = !deadline.IsCancellationRequested;
        Log.Stopped(_logger, Stopwatch.GetElapsedTime(started).TotalSeconds, inTime ? "everything in hand was finished" : "the deadline cut some work short; it goes on at the next start");
        return inTime;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _deployer.DisposeAsync();
        await Engine.DisposeAsync();
        using (var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2)))
        {
            await _web.StopAsync(soon.Token);
        }

        await _web.DisposeAsync();

        // What the last deploys noted is written before the folder is given free.
        await _keeper.DisposeAsync();
        await _stores.DisposeAsync();
    }

    private static async Task ListenAsync(WebApplication web, HostSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or AddressInUseException or System.Net.Sockets.SocketException or FormatException or InvalidOperationException)
        {
            var reason = error.InnerException is AddressInUseException ? "another process listens there" : PlainText.OneLine(error.Message);
            throw new CommandFailure(ExitCode.CannotListen, $"cannot listen on {string.Join(", ", settings.Urls)}: {reason}. Give a free address with --urls.", error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Stopping: messages in hand have {Seconds} s to finish")]
        public static partial void Stopping(ILogger logger, double seconds);

        [LoggerMessage(2, LogLevel.Information, "Stopped after {Seconds:0.0} s: {How}")]
        public static partial void Stopped(ILogger logger, double seconds, string how);
    }
}
