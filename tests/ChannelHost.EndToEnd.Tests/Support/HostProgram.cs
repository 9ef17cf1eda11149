using System.Diagnostics;
using System.Text;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>The built program, started as users start it: a process of its own.</summary>
internal static class HostProgram
{
    /// <summary>Starts it; what it writes goes to <paramref name="output"/> line by line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="output">Gets each line.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="program">Another build than the one beside the tests.</param>
    public static Process Start(IEnumerable<string> arguments, Action<string> output, IReadOnlyDictionary<string, string>? environment = null, string? program = null)
    {
        // A shell starts jobs in the background with SIGINT ignored, and children inherit that: the tests send it.
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add("dotnet");
        start.ArgumentList.Add(program ?? Path.Combine(AppContext.BaseDirectory, "channelhost.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started");
        process.OutputDataReceived += (_, line) => Pass(line.Data);
        process.ErrorDataReceived += (_, line) => Pass(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Pass(string? line)
        {
            if (line is not null)
            {
                output(line);
            }
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(null, null, cancellationToken, arguments);

    /// <summary>Runs a command to its end, with variables and something to read.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string>? environment, string? input, CancellationToken cancellationToken, params string[] arguments) =>
        await RunAsync(null, environment, input, cancellationToken, arguments);

    /// <summary>Runs a command of another build to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string? program, IReadOnlyDictionary<string, string>? environment, string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var text = new StringBuilder();
        using var process = Start(arguments, line =>
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }, environment, program);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        lock (text)
        {
            return (process.ExitCode, text.ToString());
        }
    }
}
