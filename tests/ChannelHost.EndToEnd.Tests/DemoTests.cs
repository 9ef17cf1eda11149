using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ChannelHost.Connectors.Http;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server;
using ChannelHost.Server.Demo.StandIns;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>The demo as a newcomer meets it, on a copy of the shipped channels with ports of its own.</summary>
public sealed partial class DemoTests : IDisposable
{
    private static readonly string[] Fed =
    [
        "clinic/registration", "clinic/lab-results", "clinic/lab-documents", "clinic/charges", "clinic/appointments", "clinic/intake-forms",
        "clinic/patients-import", "clinic/results-out",
    ];

    private readonly HostFolder _folder = new();
    private readonly Dictionary<string, int> _ports = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryChannelReceivesAndDelivers_AndCtrlCEndsAllOfIt()
    {
        Assert.SkipUnless(LoopbackSshd.Program is not null, "sshd is not installed (openssh-server)");
        CopyChannels();
        await using var demo = await RunningHost.StartDemoAsync(_folder, Token, "--rate", "40", "--faults", "off");

        foreach (var channel in Fed)
        {
            await demo.UntilAsync($"delivering from {channel}", async () => await demo.ChannelAsync(channel, Token) is { Figures: { Received: > 0, Sent: > 0 } }, Token);
        }

        foreach (var channel in Fed)
        {
            var view = await demo.ChannelAsync(channel, Token);
            Assert.Equal((ChannelCondition.Running, 0, 0), (view.Condition, view.Figures.Errors, view.Figures.Failed));
        }

        demo.Interrupt();
        Assert.Equal((int)ExitCode.Done, await demo.EndedAsync(Token));
        Assert.Contains("The demo ended.", demo.Output, StringComparison.Ordinal);
        Assert.Matches(@"record system \(mllp [^)]*\): [1-9]\d* arrived, 0 refused", demo.Output);
        Assert.Matches(@"scheduling service \(http[^)]*\): [1-9]\d* arrived, 0 refused", demo.Output);
        Assert.Matches(@"practice's SFTP \(sftp [^)]*\): [1-9]\d* arrived", demo.Output);
        Assert.False(File.Exists(Path.Combine(_folder.Data, "sshd", "sshd.pid")));
        Assert.All(_ports.Values, port => Assert.False(Listens(port), $"something still listens on {port}"));
    }

    [Fact]
    public async Task BrokenTransform_IsNamedWithItsLine_AndPutBackItRunsAgain()
    {
        CopyChannels();
        await using var demo = await RunningHost.StartDemoAsync(_folder, Token, "--faults", "off");
        var transform = Path.Combine(_folder.Channels, "clinic", "registration", "transform.js");
        var good = await File.ReadAllTextAsync(transform, Token);
        var before = await demo.ChannelAsync("clinic/registration", Token);

        await File.WriteAllTextAsync(transform, good + "oops(;\n", Token);
        var line = good.Count(character => character == '\n') + 1;
        var said = string.Create(CultureInfo.InvariantCulture, $"clinic/registration: change refused, the version before goes on: transform.js line {line}:");
        await demo.UntilAsync("refusing the change", () => Task.FromResult(demo.Output.Contains(said, StringComparison.Ordinal)), Token);
        Assert.Equal(before.Version, (await demo.ChannelAsync("clinic/registration", Token)).Version);

        await File.WriteAllTextAsync(transform, good, Token);
        await demo.UntilAsync("mended", async () => (await demo.ChannelAsync("clinic/registration", Token)).Problems.Count == 0, Token);

        demo.Interrupt();
        Assert.Equal((int)ExitCode.Done, await demo.EndedAsync(Token));
    }

    [Fact]
    public async Task KilledDemo_LeavesAnSshdThatTheNextOneEnds()
    {
        Assert.SkipUnless(LoopbackSshd.Program is not null, "sshd is not installed (openssh-server)");
        CopyChannels();
        var pidFile = Path.Combine(_folder.Data, "sshd", "sshd.pid");
        var first = await RunningHost.StartDemoAsync(_folder, Token);
        var leftover = await File.ReadAllTextAsync(pidFile, Token);
        await first.KillAsync(Token);
        await first.DisposeAsync();

        await using var second = await RunningHost.StartDemoAsync(_folder, Token, "--seconds", "2");

        Assert.NotEqual(leftover, await File.ReadAllTextAsync(pidFile, Token));
        Assert.Equal((int)ExitCode.Done, await second.EndedAsync(Token));
        Assert.False(File.Exists(pidFile));
    }

    [Fact]
    public async Task IntakeForm_IsAnsweredAsItsReadmeSays()
    {
        CopyChannels();
        var key = SecretHash.NewKey();
        _folder.Environment["CHANNELHOST_SECRET_INTAKE_PORTAL"] = SecretHash.OfKey(key);
        await using var host = await RunningHost.StartAsync(_folder, Token, "--environment", "demo");
        var form = await File.ReadAllTextAsync(Path.Combine(_folder.Channels, "clinic", "intake-forms", "samples", "form.json"), Token);

        var stranger = await PostAsync(form, "guessed", "a");
        var lacking = await PostAsync("{\"patient\":{}}", key, "b");
        var first = await PostAsync(form, key, "c");
        var again = await PostAsync(form, key, "c");

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, lacking.Status);
        Assert.Contains("\"missing\":[\"formId\",\"patient.mrn\",\"answers\"]", lacking.Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Accepted, """{"messageId":2,"status":"accepted"}"""), first);
        Assert.Equal(first, again);
        Assert.Equal(2, (await host.ChannelAsync("clinic/intake-forms", Token)).Figures.Received);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string form, string key, string once)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{_ports["6680"]}/intake/forms"))
        {
            Content = new StringContent(form, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-API-Key", key);
        request.Headers.Add("Idempotency-Key", once);
        using var response = await http.SendAsync(request, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    // The shipped ports belong to whoever runs the shipped channels on this machine.
    private void CopyChannels()
    {
        var shipped = Path.Combine(Root(), "channels");
        foreach (var file in Directory.EnumerateFiles(shipped, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder.Channels, Path.GetRelativePath(shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Path.GetExtension(file) == ".yaml" && !file.Contains("/cases/", StringComparison.Ordinal))
            {
                File.WriteAllText(copy, LoopbackPort().Replace(File.ReadAllText(file), match => $"127.0.0.1:{PortFor(match.Groups[1].Value)}"));
            }
            else
            {
                File.Copy(file, copy);
            }
        }
    }

    private int PortFor(string shipped) => _ports.TryGetValue(shipped, out var port) ? port : _ports[shipped] = HostFolder.FreePort();

    private static bool Listens(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChannelHost.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"no ChannelHost.sln above {AppContext.BaseDirectory}");
        }

        return folder;
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)")]
    private static partial Regex LoopbackPort();
}
