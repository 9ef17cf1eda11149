using System.Diagnostics;
using System.Threading.Channels;

namespace ChannelHost.Tests.Storage;

/// <summary>ChannelHost.Tests.Child as a process of its own, if wanted under another program such as strace.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    internal int Id => _process.Id;

    /// <summary>Everything it said on standard error; complete when it ended.</summary>
    internal Task<string> Errors => _errors;

    internal static ChildProcess Start(params string[] arguments) => StartUnder([], arguments);

    internal static ChildProcess StartUnder(string[] program, params string[] arguments)
    {
        string[] all = [.. program, "dotnet", Path.Combine(AppContext.BaseDirectory, "ChannelHost.Tests.Child.dll"), .. arguments];
        var start = new ProcessStartInfo(all[0]) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var argument in all[1..])
        {
            start.ArgumentList.Add(argument);
        }

        // What its runtime might write and sync beside the store would be counted by an injection.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>The next line, or null when it ended.</summary>
    internal async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _lines.Reader.WaitToReadAsync(cancellationToken) ? await _lines.Reader.ReadAsync(cancellationToken) : null;

    /// <summary>The lines from here to its end.</summary>
    internal async Task<List<string>> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            lines.Add(line);
        }

        await _process.WaitForExitAsync(cancellationToken);
        return lines;
    }

    internal async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        Assert.True(line == "ready", $"the child said '{line}': {(line is null ? await Errors : "")}");
    }

    /// <summary>Ends its input, for children that wait for that.</summary>
    internal void EndInput() => _process.StandardInput.Close();

    /// <summary>Kills it, and what it runs under.</summary>
    internal void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }
}
