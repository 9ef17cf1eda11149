using Spectre.Console;

namespace ChannelHost.Server;

/// <summary>
/// Where commands write. Results go to standard output, complaints and progress to standard error; colours and moving bars only where a person looks at
/// a terminal and did not set NO_COLOR.
/// </summary>
internal sealed class Terminal
{
    private Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal)
    {
        Output = output;
        Error = error;
        IsInteractive = errorIsTerminal;
        HasColours = outputIsTerminal && ColoursAreWanted();
        Tables = Create(output, HasColours, outputIsTerminal);
        Progress = Create(error, errorIsTerminal && ColoursAreWanted(), errorIsTerminal);
    }

    /// <summary>Standard output, plain.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error, plain.</summary>
    public TextWriter Error { get; }

    /// <summary>Standard output for tables.</summary>
    public IAnsiConsole Tables { get; }

    /// <summary>Standard error for progress bars.</summary>
    public IAnsiConsole Progress { get; }

    /// <summary>True when a person watches: bars are drawn.</summary>
    public bool IsInteractive { get; }

    /// <summary>True when standard output may have colours.</summary>
    public bool HasColours { get; }

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>Neither terminal nor colours.</summary>
    public static Terminal Plain(TextWriter output, TextWriter error) => new(output, error, false, false);

    /// <summary>One readable line on standard error.</summary>
    public ExitCode Fail(ExitCode code, string message)
    {
        Error.WriteLine($"channelhost: {PlainText.OneLine(message)}");
        return code;
    }

    private static bool ColoursAreWanted() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static IAnsiConsole Create(TextWriter writer, bool colours, bool interactive)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = interactive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!interactive)
        {
            // A pipe has no width; a table must not be folded for one.
            console.Profile.Width = 240;
        }

        return console;
    }
}
