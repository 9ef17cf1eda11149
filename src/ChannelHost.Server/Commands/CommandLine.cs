using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ChannelHost.Server.Commands;

/// <summary>The verbs, their help, and what the process says when one fails.</summary>
internal static class CommandLine
{
    private const string ExitCodes = """
        Exit codes:
          0    done
          1    done, and something is wrong with what was looked at (problems, negative or missing answers, damage)
          2    the command line makes no sense or names something that is not there
          3    another host works on this data folder
          4    the API's address cannot be listened on
          5    an unforeseen error; the log file in data/logs has the details
          6    the data folder cannot be used (rights, disk full, damage)
          7    the running host cannot be asked
          8    the key of the secrets must not be used (others may read it, or it is no key)
          9    imported, but something of it cannot do here what it did, or could not be read
          130  interrupted from the keyboard
        """;

    /// <summary>Reads the command line and does what it says.</summary>
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var parsed = Create(terminal).Parse(arguments);
        var mistakes = CommandErrors.Of(parsed);
        if (mistakes.Count > 0)
        {
            foreach (var message in mistakes)
            {
                terminal.Fail(ExitCode.Usage, message);
            }

            return terminal.Fail(ExitCode.Usage, $"'{Verb(parsed)} --help' tells what can be given.");
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Output,
                Error = terminal.Error,
            };
            return (ExitCode)await parsed.InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            return terminal.Fail(ExitCode.Interrupted, "interrupted");
        }
        catch (CommandFailure failure)
        {
            return terminal.Fail(failure.Code, failure.Message);
        }
        catch (Exception error)
        {
            return terminal.Fail(ExitCode.Internal, $"unforeseen error: {error.GetType().Name}: {error.Message} ({CrashReport.Write(error)})");
        }
    }

    private static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("A channel scripting host for healthcare integration.");
        root.Add(RunCommand.Create(terminal));
        root.Add(ValidateCommand.Create(terminal));
        root.Add(TestCommand.Create(terminal));
        root.Add(NewCommand.Create(terminal));
        root.Add(ImportCommand.Create(terminal));
        root.Add(ReferenceCommand.Create(terminal));
        root.Add(SendCommand.Create(terminal));
        root.Add(MessagesCommand.Create(terminal));
        root.Add(DeployCommand.Create(terminal));
        root.Add(VersionsCommand.Create(terminal));
        root.Add(SecretCommand.Create(terminal));
        root.Add(StoreCommand.Create(terminal));
        root.Add(HashKeyCommand.Create(terminal));
        root.Add(QueueCommand.Create(terminal));
        root.Add(ReplayCommand.Create(terminal));
        root.Add(ExportCommand.Create(terminal));
        root.Add(ArchiveCommand.Create(terminal));
        root.Add(VerifyCommand.Create(terminal));
        root.Add(BackupCommand.Create(terminal));
        root.Add(RestoreCommand.Create(terminal));
        root.Add(BenchCommand.Create(terminal));
        root.Add(DemoCommand.Create(terminal));
        root.Add(HealthCommand.Create(terminal));
        root.Add(CompletionCommand.Create(terminal));
#if CRASH_POINTS
        root.Add(CrashPointsCommand.Create(terminal));
#endif
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExitCodes();
        }

        root.SetAction(parsed =>
        {
            new HelpWithExitCodes().Invoke(parsed);
            return (int)ExitCode.Usage;
        });
        return root;
    }

    private static string Verb(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "channelhost" : $"channelhost {parsed.CommandResult.Command.Name}";

    private sealed class HelpWithExitCodes : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = new HelpAction().Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(ExitCodes);
            return result;
        }
    }
}
