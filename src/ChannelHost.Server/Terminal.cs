using Spectre.Console;

namespace ChannelHost.Server;

/// <summary>
/// Where commands write. Results go to standard output, complaints and progress to standard error; colours and moving bars only where a person looks at
/// a terminal and did not set NO_COLOR.
/// </summary>
internal sealed class Terminal
{
    private readonly TextReader? _input;

    private Terminal(TextWriter output, TextWriter error, TextReader? input, bool outputIsTerminal, bool errorIsTerminal)
    {
        _input = input;
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
    public static Terminal OfProcess() => new(Console.Out, Console.Error, Console.IsInputRedirected ? null : Console.In, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>Neither terminal nor colours.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="input">What a person types; null when nobody sits there.</param>
    public static Terminal Plain(TextWriter output, TextWriter error, TextReader? input = null) => new(output, error, input, false, false);

    /// <summary>Asks a person; only a clear yes is one.</summary>
    /// <param name="question">What is to be done.</param>
    /// <param name="flag">The option that says yes beforehand, for scripts.</param>
    /// <exception cref="CommandFailure">Nobody can answer.</exception>
    public bool Confirm(string question, string flag)
    {
        if (_input is null)
        {
            throw new CommandFailure(ExitCode.Usage, $"{question} Nobody can be asked here: give {flag} to say yes beforehand");
        }

        Error.Write($"{PlainText.OneLine(question)} [y/N] ");
        Error.Flush();
        return _input.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

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
