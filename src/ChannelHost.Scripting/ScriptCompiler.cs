using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.E4x.Translation;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using ChannelHost.Scripting.Survey;

namespace ChannelHost.Scripting;

/// <summary>Prepares JavaScript for Jint. One serves the whole host; it remembers what it read of a script for as long as somebody else holds that script.</summary>
public sealed class ScriptCompiler : IScriptCompiler
{
    // A definition is built once to live and once for each of its golden cases.
    private readonly ReadScripts _read = new();

    private readonly MapLocks _locks = new();

    /// <inheritdoc/>
    public IScriptUnit Compile(IReadOnlyList<ScriptStep> steps, ScriptEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(environment);

        var reader = new ScriptReader(RegexTimeout(environment.Limits), new Translator(environment.E4x, environment.Compatibility));
        var problems = new List<ScriptProblem>();
        var parsed = ReadAll(steps, step => _read.Get(step.File, step.Kind, environment, () => reader.ReadStep(step)), problems);
        var library = ReadAll(environment.Library, file => _read.Get(file, null, environment, () => reader.ReadLibrary(file)), problems);
        var templates = new List<ParsedScript>();
        var contexts = new List<ScriptContexts>();
        foreach (var template in environment.CodeTemplates.Where(template => TemplateSelection.Concerns(template, steps)))
        {
            templates.AddRange(ReadAll([template.File], file => _read.Get(file, null, environment, () => reader.ReadLibrary(file)), problems));
            contexts.Add(template.Contexts);
        }

        if (problems.Count > 0)
        {
            throw new ScriptCompileException(problems);
        }

        return new ScriptUnit(steps, parsed, LibrarySelection.For([.. parsed, .. templates], library), new TemplateSelection(steps, templates, contexts, parsed), _locks, environment);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScriptProblem> Check(ScriptFile file) => Check(file, e4x: true, Compatibility.Mirth);

    /// <inheritdoc/>
    public IReadOnlyList<ScriptProblem> Check(ScriptFile file, bool e4x, Compatibility compatibility)
    {
        ArgumentNullException.ThrowIfNull(file);
        var reader = new ScriptReader(RegexTimeout(new ScriptLimits()), new Translator(e4x, compatibility));
        var (_, problem) = reader.ReadStep(new ScriptStep(ScriptKind.Transformer, file));
        return problem is null ? [] : [problem];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScriptProblem> Warnings(ScriptFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            var warnings = new Translator(e4x: true, Compatibility.Mirth).Read(file.Text, file.Name).Warnings;
            return [.. warnings.Select(warning => SyntaxProblem.At(file, warning.Offset, warning.Message))];
        }
        catch (Exception exception) when (SyntaxProblem.From(file, exception) is not null)
        {
            // That is a problem, and problems are Check's.
            return [];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScriptFinding> Survey(ScriptFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return ScriptSurvey.Of(file, new Translator(e4x: true, Compatibility.Mirth).Read(file.Text, file.Name));
        }
        catch (Exception exception) when (SyntaxProblem.From(file, exception) is not null)
        {
            // That is a problem, and problems are Check's.
            return [];
        }
    }

    private static TimeSpan RegexTimeout(ScriptLimits limits) => limits.Time * RunLimits.RegexShare;

    private static List<ParsedScript> ReadAll<T>(
        IReadOnlyList<T> sources,
        Func<T, (ParsedScript? Script, ScriptProblem? Problem)> read,
        List<ScriptProblem> problems)
    {
        var scripts = new List<ParsedScript>(sources.Count);
        foreach (var source in sources)
        {
            var (script, problem) = read(source);
            if (script is not null)
            {
                scripts.Add(script);
            }
            else
            {
                problems.Add(problem!);
            }
        }

        return scripts;
    }
}
