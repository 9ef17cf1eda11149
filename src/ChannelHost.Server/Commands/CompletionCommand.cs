using System.CommandLine;
using ChannelHost.Server.Completion;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost completion</c>: prints what a shell needs to complete verbs, options and channels.</summary>
internal static class CompletionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.CompletionSources.Add([.. ShellScripts.Names]);
        shell.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !ShellScripts.Names.Contains(name))
            {
                result.AddError($"there is no completion for '{name}': {string.Join(", ", ShellScripts.Names)}");
            }
        });
        var command = new Command("completion", "Prints a script that lets your shell complete verbs, options and channel names: source <(channelhost completion bash)") { shell };
        command.SetAction(parsed =>
        {
            terminal.Output.Write(ShellScripts.For(parsed.GetValue(shell)!));
            return (int)ExitCode.Done;
        });
        return command;
    }
}
