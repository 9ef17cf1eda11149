using Acornima.Ast;
using ChannelHost.Scripting.Compilation;
using Jint;
using Jint.Runtime.Debugger;

namespace ChannelHost.Scripting.Running;

/// <summary>
/// Tells which lines of a unit's scripts run, by the engine's own debugger: it stops for an instant before each statement. Only units that are watched
/// have it; for all others nothing of it exists.
/// </summary>
internal sealed class LineCoverage
{
    private readonly IScriptCoverage _coverage;
    private readonly Dictionary<string, (ParsedScript Script, HashSet<int> Lines)> _scripts = new(StringComparer.Ordinal);

    /// <summary>Declares the lines of the scripts.</summary>
    public LineCoverage(IEnumerable<ParsedScript> scripts, IScriptCoverage coverage)
    {
        _coverage = coverage;
        foreach (var script in scripts)
        {
            var lines = LinesOf(script);
            _scripts[script.File.Name] = (script, [.. lines]);
            coverage.Declare(script.File.Name, lines);
        }
    }

    /// <summary>Makes engines stop before statements.</summary>
    public static void Prepare(Options options)
    {
        options.Debugger.Enabled = true;
        options.Debugger.InitialStepMode = StepMode.Into;
    }

    /// <summary>Watches one run.</summary>
    public void Watch(Engine engine) => engine.Debugger.Step += (_, information) =>
    {
        if (information.Location.SourceFile is { } name && _scripts.TryGetValue(name, out var entry))
        {
            // Also parts of a statement make a stop; they count only where they begin a line that has a statement.
            var line = entry.Script.AuthorLine(information.Location.Start.Line);
            if (entry.Lines.Contains(line))
            {
                _coverage.Ran(name, line);
            }
        }

        return StepMode.Into;
    };

    // What declares functions runs nothing, and a block is its statements.
    private static int[] LinesOf(ParsedScript script)
    {
        var lines = new SortedSet<int>();
        var open = new Stack<Node>();
        open.Push(script.Program.Program!);
        while (open.TryPop(out var node))
        {
            var line = node.Location.Start.Line - script.LinesBefore;
            if (node is Statement and not (BlockStatement or EmptyStatement or FunctionDeclaration) && script.IsAuthorLine(line))
            {
                lines.Add(line);
            }

            foreach (var child in node.ChildNodes)
            {
                open.Push(child);
            }
        }

        return [.. lines];
    }
}
