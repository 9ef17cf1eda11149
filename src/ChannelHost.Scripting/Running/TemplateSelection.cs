using Acornima.Ast;
using ChannelHost.Scripting.Compilation;

namespace ChannelHost.Scripting.Running;

/// <summary>
/// The code templates of a unit: those of its contexts, in their order. One that only declares functions is left out where nobody names any of them,
/// which nobody can tell from having run it.
/// </summary>
internal sealed class TemplateSelection
{
    private readonly ParsedScript[] _source;
    private readonly ParsedScript[] _destination;
    private readonly HashSet<string> _declares;

    /// <summary>Chooses.</summary>
    /// <param name="steps">The unit's scripts.</param>
    /// <param name="templates">What <see cref="Concerns"/> the unit.</param>
    /// <param name="contexts">Their contexts, in the same order.</param>
    /// <param name="scripts">The unit's scripts as read.</param>
    public TemplateSelection(IReadOnlyList<ScriptStep> steps, IReadOnlyList<ParsedScript> templates, IReadOnlyList<ScriptContexts> contexts, IReadOnlyList<ParsedScript> scripts)
    {
        var used = Used(templates, scripts);
        _source = Chosen(steps, templates, contexts, used, isSource: true);
        _destination = Chosen(steps, templates, contexts, used, isSource: false);
        All = [.. _source.Union(_destination)];
        _declares = [.. All.SelectMany(template => template.Declares)];
    }

    /// <summary>All that may run.</summary>
    public IReadOnlyList<ParsedScript> All { get; }

    /// <summary>Those of a run: the same unit's scripts may stand at the source or at a destination.</summary>
    public IReadOnlyList<ParsedScript> For(ScriptScope scope) => scope.ConnectorId > 0 ? _destination : _source;

    /// <summary>True when a template declares this name.</summary>
    public bool Declares(string name) => _declares.Contains(name);

    /// <summary>True when a template belongs to one of the unit's contexts.</summary>
    public static bool Concerns(CodeTemplate template, IReadOnlyList<ScriptStep> steps) =>
        steps.Any(step => (template.Contexts & (Context(step.Kind, true) | Context(step.Kind, false))) != 0);

    private static ParsedScript[] Chosen(
        IReadOnlyList<ScriptStep> steps, IReadOnlyList<ParsedScript> templates, IReadOnlyList<ScriptContexts> contexts, HashSet<ParsedScript> used, bool isSource)
    {
        var wanted = steps.Aggregate(ScriptContexts.None, (sum, step) => sum | Context(step.Kind, isSource));
        return [.. templates.Where((template, index) => used.Contains(template) && index < contexts.Count && (contexts[index] & wanted) != 0)];
    }

    private static HashSet<ParsedScript> Used(IReadOnlyList<ParsedScript> templates, IReadOnlyList<ParsedScript> scripts)
    {
        if (scripts.Any(script => script.ReachesGlobalObject))
        {
            return [.. templates];
        }

        var used = templates.Where(template => !OnlyDeclares(template)).ToHashSet();
        var asking = new Queue<ParsedScript>([.. scripts, .. used]);
        while (asking.TryDequeue(out var user))
        {
            foreach (var template in templates)
            {
                if (!used.Contains(template) && template.Declares.Any(user.Mentions))
                {
                    used.Add(template);
                    asking.Enqueue(template);
                }
            }
        }

        return used.Any(template => template.ReachesGlobalObject) ? [.. templates] : used;
    }

    private static bool OnlyDeclares(ParsedScript template) => template.Program.Program!.Body.All(statement => statement is FunctionDeclaration or EmptyStatement);

    private static ScriptContexts Context(ScriptKind kind, bool isSource) => kind switch
    {
        ScriptKind.GlobalDeploy => ScriptContexts.GlobalDeploy,
        ScriptKind.GlobalUndeploy => ScriptContexts.GlobalUndeploy,
        ScriptKind.GlobalPreprocessor => ScriptContexts.GlobalPreprocessor,
        ScriptKind.GlobalPostprocessor => ScriptContexts.GlobalPostprocessor,
        ScriptKind.Deploy => ScriptContexts.ChannelDeploy,
        ScriptKind.Undeploy => ScriptContexts.ChannelUndeploy,
        ScriptKind.Preprocessor => ScriptContexts.ChannelPreprocessor,
        ScriptKind.Postprocessor => ScriptContexts.ChannelPostprocessor,
        ScriptKind.Attachment => ScriptContexts.ChannelAttachment,
        ScriptKind.Batch => ScriptContexts.ChannelBatch,
        ScriptKind.Reader => ScriptContexts.SourceReceiver,
        ScriptKind.Writer => ScriptContexts.DestinationDispatcher,
        ScriptKind.ResponseTransformer => ScriptContexts.DestinationResponseTransformer,
        _ => isSource ? ScriptContexts.SourceFilterTransformer : ScriptContexts.DestinationFilterTransformer,
    };
}
