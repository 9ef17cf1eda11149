using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Bench;

/// <summary>The host that is measured: this very program as a process of its own, on temporary folders.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private readonly Process _process;

    private BenchHost(Process process, Uri address, double startToReadySeconds, ReadyView ready)
    {
        _process = process;
        Address = address;
        StartToReadySeconds = startToReadySeconds;
        StartCpuSeconds = ProcessFigures.CpuSeconds(process.Id);
        Ready = ready;
    }

    /// <summary>The process's id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Where it listens for people and scrapers.</summary>
    public Uri Address { get; }

    /// <summary>From starting the process to the first 200 of <c>/health/ready</c>.</summary>
    public double StartToReadySeconds { get; }

    /// <summary>Processor time until then.</summary>
    public double StartCpuSeconds { get; }

    /// <summary>What it said then.</summary>
    public ReadyView Ready { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="CommandFailure">It ended instead.</exception>
    public static Task<BenchHost> StartAsync(string channelsFolder, string dataFolder, TimeSpan patience, CancellationToken cancellationToken) =>
        StartAsync(channelsFolder, dataFolder, null, patience, cancellationToken);

    /// <summary>Starts it on a store and waits until it is ready.</summary>
    /// <exception cref="CommandFailure">It ended instead.</exception>
    public static async Task<BenchHost> StartAsync(string channelsFolder, string dataFolder, string? store, TimeSpan patience, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts(1, 18_085)[0]}");
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(Command(channelsFolder, dataFolder, store, address)) ?? throw new CommandFailure(ExitCode.Internal, "the host process could not be started");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
            while (Stopwatch.GetElapsedTime(started) < patience)
            {
                if (process.HasExited)
                {
                    throw new CommandFailure(ExitCode.Internal, $"the host ended with exit code {process.ExitCode} instead of becoming ready; see {Path.Combine(dataFolder, "logs")}");
                }

                if (await AskAsync(http, cancellationToken) is { } ready)
                {
                    return new BenchHost(process, address, Stopwatch.GetElapsedTime(started).TotalSeconds, ready);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
            }

            throw new CommandFailure(ExitCode.Internal, $"the host was not ready within {patience.TotalSeconds} s");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ports on loopback that are free now.</summary>
    public static IReadOnlyList<int> FreePorts(int count, int from)
    {
        var ports = new List<int>(count);
        // Two measurements beside each other begin their search at different places.
        for (var port = from + (Environment.ProcessId % 997); ports.Count < count && port < 32_000; port++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                ports.Add(port);
            }
            catch (SocketException)
            {
                // Somebody has it: the next one.
            }
        }

        return ports.Count == count ? ports : throw new CommandFailure(ExitCode.CannotListen, $"there are no {count} free ports between {from} and 32000");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var ask = Process.Start(new ProcessStartInfo("kill", ["-TERM", $"{_process.Id}"]));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Command(string channelsFolder, string dataFolder, string? store, Uri address)
    {
        var program = Environment.ProcessPath!;
        var own = typeof(BenchHost).Assembly.Location;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(own);
        }

        foreach (var argument in new[] { "run", "--channels", channelsFolder, "--data", dataFolder, "--urls", address.ToString(), "--log-level", "warn" }.Concat(store is null ? [] : ["--store", store]))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static async Task<ReadyView?> AskAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync(ApiJson.Default.ReadyView, cancellationToken) : null;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return null;
        }
    }
}
