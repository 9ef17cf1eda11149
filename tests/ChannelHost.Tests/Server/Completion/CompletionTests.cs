using System.Diagnostics;
using System.Globalization;
using ChannelHost.Server;
using ChannelHost.Server.Commands;
using ChannelHost.Server.Completion;
using ChannelHost.Tests.Storage;

namespace ChannelHost.Tests.Server.Completion;

/// <summary>Completion as a shell asks for it: the printed script in a real bash, which starts the real program.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("completion-");

    public CompletionTests()
    {
        foreach (var name in new[] { "clinic/registration", "clinic/results", "lab/orders", "clinic/_draft" })
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "channels", name));
            File.WriteAllText(Path.Combine(folder.FullName, "channel.yaml"), "");
        }

        var program = Path.Combine(_folder.FullName, "channelhost");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet {Path.Combine(AppContext.BaseDirectory, "channelhost.dll")} \"$@\"\n");
    }

    [Theory]
    [InlineData("channelhost va", "validate")]
    [InlineData("channelhost validate --ch", "--channels")]
    [InlineData("channelhost validate cl", "clinic clinic/registration clinic/results")]
    [InlineData("channelhost messages clinic/re", "clinic/registration clinic/results")]
    [InlineData("channelhost new clinic/x --from ml", "mllp-to-file")]
    [InlineData("channelhost completion b", "bash")]
    [InlineData("./channelhost va", "validate")]
    [InlineData("  channelhost va", "validate")]
    [InlineData("channelhost reference ml", "mllp")]
    [InlineData("channelhost validate nothing-like-it", "")]
    public async Task Bash_Completes(string line, string expected)
    {
        Assert.SkipUnless(Tools.Has("bash"), "needs bash");
        var script = $$"""
            source <(channelhost completion bash)
            COMP_LINE='{{line}}'
            COMP_POINT=${#COMP_LINE}
            read -ra COMP_WORDS <<<"$COMP_LINE"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _channelhost
            echo $(printf '%s\n' "${COMPREPLY[@]}" | sort)
            """;

        Assert.Equal(expected, (await BashAsync(script)).Trim());
    }

    [Fact]
    public async Task Bash_CompletesInTheMiddleOfALine()
    {
        Assert.SkipUnless(Tools.Has("bash"), "needs bash");
        const string Script = """
            source <(channelhost completion bash)
            COMP_LINE='channelhost val --json'
            COMP_POINT=15
            COMP_WORDS=(channelhost val --json)
            COMP_CWORD=1
            _channelhost
            echo "${COMPREPLY[@]}"
            """;

        Assert.Equal("validate", (await BashAsync(Script)).Trim());
    }

    [Theory]
    [InlineData("bash", "bash -n")]
    [InlineData("zsh", "zsh -n")]
    [InlineData("fish", "fish --no-execute")]
    public async Task Script_IsOneTheShellCanRead(string shell, string check)
    {
        Assert.SkipUnless(Tools.Has(shell), $"needs {shell}");
        var file = Path.Combine(_folder.FullName, "script");
        File.WriteAllText(file, ShellScripts.For(shell));

        Assert.Equal("good", (await BashAsync($"{check} '{file}' && echo good")).Trim());
    }

    [Theory]
    [InlineData("vaildate", "there is no verb 'vaildate'; did you mean 'validate'?")]
    [InlineData("xyzzy", "there is no verb 'xyzzy'")]
    [InlineData("validate --chanels x", "'validate' has no option '--chanels'; did you mean '--channels'?")]
    [InlineData("validate --chanels", "'validate' has no option '--chanels'")]
    [InlineData("completion tcsh", "tcsh")]
    [InlineData("--verison", "channelhost has no option '--verison'; did you mean '--version'?")]
    public async Task MistypedWord_IsSuggested(string line, string said)
    {
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        using var output = new StringWriter(CultureInfo.InvariantCulture);

        Assert.Equal(ExitCode.Usage, await CommandLine.RunAsync(line.Split(' '), Terminal.Plain(output, error)));

        Assert.Contains(said, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "-c", $"chmod +x channelhost\n{script}"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.FullName };
        start.Environment["PATH"] = $"{_folder.FullName}:{start.Environment["PATH"]}";
        using var bash = Process.Start(start)!;
        var error = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await error);
        return output;
    }
}
