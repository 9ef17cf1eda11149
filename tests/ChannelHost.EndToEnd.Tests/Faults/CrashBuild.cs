using System.Diagnostics;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>The host built once more with its crash points, in folders of its own. Takes a minute when sources changed, else a few seconds.</summary>
public sealed class CrashBuild : IAsyncLifetime
{
    private readonly string _project = Path.Combine(Root() ?? "", "src", "ChannelHost.Server");

    /// <summary>The program.</summary>
    public string Program => Path.Combine(_project, "bin", "crash-points", "channelhost.dll");

    /// <summary>Why it is not there; null when it is.</summary>
    public string? Missing { get; private set; }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!Directory.Exists(_project))
        {
            Missing = "The sources are not here, so the host cannot be built with its crash points.";
            return;
        }

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "build", _project, "--configuration", "Release", "--no-restore", "-p:CrashPoints=true", "-p:GenerateDocumentationFile=false", "--verbosity", "quiet", "-nodeReuse:false",
            "-consoleLoggerParameters:NoSummary",
        })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var build = Process.Start(start)!;
        var output = build.StandardOutput.ReadToEndAsync();
        var errors = build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException($"the host does not build with its crash points:\n{await output}\n{await errors}");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string? Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ChannelHost.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }
}
