namespace ChannelHost.Tests.Connectors.Support;

/// <summary>Scripts as functions: the connectors' tests ask what a connector does with a result, not how JavaScript gets there.</summary>
internal sealed class ScriptedCompiler : IScriptCompiler
{
    /// <summary>What a run does.</summary>
    public Func<ScriptScope, CancellationToken, ScriptResult> Run { get; set; } = (_, _) => Returns(null);

    /// <summary>Thrown when a script is prepared.</summary>
    public ScriptCompileException? Problem { get; set; }

    /// <summary>What was prepared.</summary>
    public List<ScriptStep> Compiled { get; } = [];

    public static ScriptResult Returns(object? value) => new() { Outcome = ScriptOutcome.Accepted, Value = value };

    public static ScriptResult Fails() => new()
    {
        Outcome = ScriptOutcome.Failed,
        Error = new ScriptError { Kind = "error", Message = "Jane Doe has no insurance", File = "test/script.js", Line = 3, Column = 5 },
    };

    public IScriptUnit Compile(IReadOnlyList<ScriptStep> steps, ScriptEnvironment environment)
    {
        Compiled.AddRange(steps);
        return Problem is null ? new Unit(this) : throw Problem;
    }

    public IReadOnlyList<ScriptProblem> Check(ScriptFile file) => [];

    private sealed class Unit(ScriptedCompiler compiler) : IScriptUnit
    {
        public ScriptResult Run(ScriptScope scope, CancellationToken cancellationToken) => compiler.Run(scope, cancellationToken);
    }
}
