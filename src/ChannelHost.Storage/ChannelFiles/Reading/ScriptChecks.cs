namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Turns what the script room finds into problems of a channel.</summary>
internal static class ScriptChecks
{
    /// <summary>Checks one script.</summary>
    /// <param name="compiler">Knows scripts.</param>
    /// <param name="script">The script.</param>
    /// <param name="problems">Where problems go.</param>
    /// <param name="inlineFile">The file that scripts with a <c>#</c> in their name are written into.</param>
    /// <param name="indent">How far that file indents the script.</param>
    public static void Check(IScriptCompiler compiler, ScriptFile script, ProblemList problems, string inlineFile, int indent)
    {
        var parts = script.Name.Split('#', 2);
        var isInline = parts.Length == 2 && parts[0] == inlineFile;
        foreach (var problem in Find(() => compiler.Check(script), script))
        {
            Add(problem, "a script that can be read", ProblemSeverity.Error);
        }

        foreach (var warning in Find(() => compiler.Warnings(script), script))
        {
            Add(warning, "what was meant", ProblemSeverity.Warning);
        }

        void Add(ScriptProblem problem, string wanted, ProblemSeverity severity) => problems.Add(new ChannelProblem(
            isInline ? inlineFile : problem.File,
            problem.Line,
            problem.Column > 0 ? problem.Column + indent : 0,
            isInline ? parts[1] : "",
            Shown.Text(problem.Message),
            wanted,
            severity));
    }

    private static IReadOnlyList<ScriptProblem> Find(Func<IReadOnlyList<ScriptProblem>> find, ScriptFile script)
    {
        try
        {
            return find();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A defect of the checker must not keep all other channels from being read; it is told where it happened.
            return [new ScriptProblem(script.Name, 0, 0, $"a script whose check failed ({error.GetType().Name})", null)];
        }
    }
}
