using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using ChannelHost.Server.Api;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>A host under test. Its API is asked, and it can be asked to stop, or killed.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private const int Sigint = 2;
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _output = [];

    private RunningHost(HostFolder folder, int port, params string[] command)
        : this(folder, port, isForOthers: false, command)
    {
    }

    private RunningHost(HostFolder folder, int port, bool isForOthers, params string[] command)
    {
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        _process = HostProgram.Start(
            [.. command, "--channels", folder.Channels, "--urls", isForOthers ? $"http://0.0.0.0:{port}" : $"http://127.0.0.1:{port}"],
            line =>
            {
                lock (_output)
                {
                    _output.Add(line);
                }
            },
            folder.Environment,
            folder.Program);
    }

    /// <summary>Asks its API.</summary>
    public HttpClient Http { get; }

    /// <summary>The process's id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts a host and waits for nothing.</summary>
    public static RunningHost Begin(HostFolder folder) => new(folder, HostFolder.FreePort(), ["run", "--data", folder.Data]);

    /// <summary>Starts a host and waits until it is ready.</summary>
    public static Task<RunningHost> StartAsync(HostFolder folder, CancellationToken cancellationToken, params string[] options) =>
        ReadyAsync(new RunningHost(folder, HostFolder.FreePort(), ["run", "--data", folder.Data, .. options]), cancellationToken);

    /// <summary>Starts a host that other machines can reach, and waits until it is ready.</summary>
    public static Task<RunningHost> StartForOthersAsync(HostFolder folder, CancellationToken cancellationToken) =>
        ReadyAsync(new RunningHost(folder, HostFolder.FreePort(), isForOthers: true, "run", "--data", folder.Data), cancellationToken);

    /// <summary>Starts a demo, whose data lie in a folder of its own, and waits until its host is ready.</summary>
    public static Task<RunningHost> StartDemoAsync(HostFolder folder, CancellationToken cancellationToken, params string[] options) =>
        ReadyAsync(new RunningHost(folder, HostFolder.FreePort(), ["demo", "--folder", folder.Data, .. options]), cancellationToken);

    private static async Task<RunningHost> ReadyAsync(RunningHost host, CancellationToken cancellationToken)
    {
        try
        {
            await host.UntilAsync("ready", async () => (await host.TryReadyAsync(cancellationToken))?.Status == "ready", cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>What <c>/health/ready</c> says; null while nobody answers.</summary>
    public async Task<ReadyView?> TryReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return await response.Content.ReadFromJsonAsync(ApiJson.Default.ReadyView, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A channel as the API shows it.</summary>
    public async Task<ChannelView> ChannelAsync(string name, CancellationToken cancellationToken) =>
        (await Http.GetFromJsonAsync($"/api/channels/{name}", ApiJson.Default.ChannelView, cancellationToken))!;

    /// <summary>True when nothing of a channel waits or is under way.</summary>
    public async Task<bool> IsQuietAsync(string name, CancellationToken cancellationToken) => (await ChannelAsync(name, cancellationToken)).Counts
        .All(count => count.Count == 0 || count.Status is not (MessageStatus.Queued or MessageStatus.Pending or MessageStatus.Received));

    /// <summary>All messages of a channel that fit a query, newest first.</summary>
    public async Task<List<MessageView>> MessagesAsync(string channel, CancellationToken cancellationToken, string query = "")
    {
        var messages = new List<MessageView>();
        long? before = null;
        do
        {
            var page = (await Http.GetFromJsonAsync(
                $"/api/channels/{channel}/messages?count=1000{(before is null ? "" : $"&before={before}")}{query}", ApiJson.Default.MessagePage, cancellationToken))!;
            messages.AddRange(page.Messages);
            before = page.Before;
        }
        while (before is not null);
        return messages;
    }

    /// <summary>Waits until something can be seen from outside. Nothing signals it, so it is looked for, with a deadline.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> holds, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"the host ended with {_process.ExitCode} before it was {what}:\n{Output}");
            }

            if (Stopwatch.GetElapsedTime(started) > (patience ?? Patience))
            {
                throw new TimeoutException($"the host was not {what} within {(patience ?? Patience).TotalSeconds} s:\n{Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Asks it to stop, as a service manager does; gives its exit code.</summary>
    public Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        Signal(Sigterm);
        return EndedAsync(cancellationToken);
    }

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Signal(Sigint);

    /// <summary>It gets no processor any more, until <see cref="Continue"/>.</summary>
    public void Stop() => Signal(Sigstop);

    /// <summary>It goes on.</summary>
    public void Continue() => Signal(Sigcont);

    /// <summary>Waits for its end; gives its exit code.</summary>
    public async Task<int> EndedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Kills it: nothing of it runs any more when this returns.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        Signal(Sigkill);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Http.Dispose();
    }

    private void Signal(int number)
    {
        if (Kill(_process.Id, number) != 0)
        {
            throw new InvalidOperationException($"signal {number} could not be sent: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
