using System.Globalization;
using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.E4x;
using ChannelHost.Scripting.Java.Xml;
using ChannelHost.Scripting.Guards;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Scope;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>A channel's prepared scripts. All state of a run is in its <see cref="ScriptRun"/>.</summary>
internal sealed class ScriptUnit : IScriptUnit
{
    private readonly IReadOnlyList<ScriptStep> _steps;
    private readonly IReadOnlyList<ParsedScript> _scripts;
    private readonly IReadOnlyList<ParsedScript> _library;
    private readonly TemplateSelection _templates;
    private readonly MapLocks _locks;
    private readonly ScopeNames _names;
    private readonly ScriptEnvironment _environment;
    private readonly GlobalName[] _globals;
    private readonly GuardedBuiltIns _guards;
    private readonly string[] _javaMethods;
    private readonly ErrorReport _errors;
    private readonly bool _isAsynchronous;
    private readonly Options _options;
    private readonly LineCoverage? _coverage;
    private readonly XmlTemplates _literals = new();
    private readonly Stylesheets _stylesheets = new();

    public ScriptUnit(
        IReadOnlyList<ScriptStep> steps,
        IReadOnlyList<ParsedScript> scripts,
        IReadOnlyList<ParsedScript> library,
        TemplateSelection templates,
        MapLocks locks,
        ScriptEnvironment environment)
    {
        _templates = templates;
        _locks = locks;
        _names = ScopeNames.For(steps, environment.Compatibility);
        IReadOnlyList<ParsedScript> all = [.. library, .. templates.All, .. scripts];
        _steps = steps;
        _scripts = scripts;
        _library = library;
        _environment = environment;
        _globals = GlobalNames.For(all, _names);
        _guards = new GuardedBuiltIns(all);
        _javaMethods = StringMethods.NamedIn(all);
        _errors = new ErrorReport(all);
        _isAsynchronous = all.Any(script => script.IsAsynchronous);
        _options = OptionsFor(environment);
        _coverage = environment.Coverage is { } coverage ? new LineCoverage(all, coverage) : null;
        if (_coverage is not null)
        {
            LineCoverage.Prepare(_options);
        }
    }

    /// <inheritdoc/>
    public ScriptResult Run(ScriptScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ScriptRun? run = null;
        ScriptResult result;
        try
        {
            run = new ScriptRun(_environment, NamesFor(scope), _locks, _options, scope, cancellationToken) { Literals = _literals, Stylesheets = _stylesheets };
            result = Run(run);
        }
        catch (Exception exception)
        {
            // Whatever a script brings about is its message's error and nobody else's.
            result = Failed(exception, run);
        }

        // What the script left open and cannot be closed may be a file that lacks its end: no success, whatever the script gave back.
        return run?.End() is { } failure && result.Outcome != ScriptOutcome.Failed ? Failed(failure, run) : result;
    }

    private ScriptResult Failed(Exception exception, ScriptRun? run) => new() { Outcome = ScriptOutcome.Failed, Error = _errors.From(exception, run) };

    private ScriptResult Run(ScriptRun run)
    {
        Install(run);
        foreach (var shared in _library)
        {
            Evaluate(run, shared);
        }

        EvaluateTemplates(run);
        JsValue returned = JsValue.Undefined;
        for (var i = 0; i < _steps.Count; i++)
        {
            run.Enter(_steps[i].Kind);
            PassBegin(_steps[i].Kind);
            returned = Evaluate(run, _scripts[i]);
            PassEnd(_steps[i].Kind);
            switch (_steps[i].Kind)
            {
                case ScriptKind.Filter when !StepResult.Accepts(returned):
                    run.MapsIfUsed?.Finish();
                    return new ScriptResult { Outcome = ScriptOutcome.Filtered, Content = run.Message.Original };
                case ScriptKind.Preprocessor or ScriptKind.GlobalPreprocessor or ScriptKind.Attachment:
                    run.Message.ReplaceText(returned);
                    break;
            }
        }

        return Finish(run, returned);
    }

    [System.Diagnostics.Conditional("CRASH_POINTS")]
    private static void PassBegin(ScriptKind step)
    {
        switch (step)
        {
            case ScriptKind.Filter:
                CrashPoints.Pass("filter-begin");
                break;
            case ScriptKind.Transformer:
                CrashPoints.Pass("transform-begin");
                break;
        }
    }

    [System.Diagnostics.Conditional("CRASH_POINTS")]
    private static void PassEnd(ScriptKind step)
    {
        switch (step)
        {
            case ScriptKind.Filter:
                CrashPoints.Pass("filter-end");
                break;
            case ScriptKind.Transformer:
                CrashPoints.Pass("transform-end");
                break;
        }
    }

    private ScriptResult Finish(ScriptRun run, JsValue returned)
    {
        var last = _steps.Count == 0 ? ScriptKind.Transformer : _steps[^1].Kind;
        var result = ReturnedValue.Of(last, returned, run);
        var content = run.Message.Serialize();
        if (last == ScriptKind.ResponseTransformer)
        {
            ResponseVariables.ReadBack(run, content);
        }

        run.MapsIfUsed?.Finish();
        return result with { Content = content };
    }

    // Templates run before all else, but do not see the message; helpers of ours that they declare, too, stay ours.
    private void EvaluateTemplates(ScriptRun run)
    {
        foreach (var template in _templates.For(run.Scope))
        {
            Evaluate(run, template);
        }

        foreach (var global in _globals)
        {
            if (global.ComesAfterTemplates || (global.IsFirm && _templates.Declares(global.Name)))
            {
                global.Install(run);
            }
        }
    }

    private ScopeNames NamesFor(ScriptScope scope) =>
        scope.Snapshot is not null && _steps is [.., { Kind: ScriptKind.Reader }] ? _names.AboutMessage() : _names;

    private static JsValue Evaluate(ScriptRun run, ParsedScript script)
    {
        run.Current = script;
        var value = run.Engine.Evaluate(script.Program);
        run.Limits.ThrowIfReached();
        if (value.IsPromise())
        {
            value = Promises.Settled(run, value);
        }

        if (run.Unhandled is { } reason)
        {
            throw new JavaScriptException(reason);
        }

        return value;
    }

    private void Install(ScriptRun run)
    {
        _coverage?.Watch(run.Engine);
        if (_environment.Random is { } random)
        {
            FixedChance.Install(run.Engine, random);
        }

        _guards.Install(run);
        StringMethods.Install(run, _javaMethods);
        foreach (var global in _globals)
        {
            if (!global.ComesAfterTemplates)
            {
                global.Install(run);
            }
        }

        InstallVariables(run);
        if (_isAsynchronous)
        {
            Promises.Watch(run);
        }
    }

    // What the caller gives by name, where no variable of the scope has that name.
    private static void InstallVariables(ScriptRun run)
    {
        foreach (var (name, value) in run.Scope.Variables)
        {
            if (name is not ("resultMap" or "response" or "binary"))
            {
                run.Engine.Advanced.AddLazyGlobal(name, (run, value), static (_, state) => state.run.FromPlain(state.value));
            }
        }
    }

    // One for all runs: each engine takes its own constraint from the factory.
    private static Options OptionsFor(ScriptEnvironment environment)
    {
        var options = new Options
        {
            Culture = CultureInfo.InvariantCulture,
            TimeZone = environment.Time.LocalTimeZone,
            TimeSystem = new HostTime(environment.Time),
        };
        options.Constraints.StackOverflowGuard = true;
        options.Constraints.MaxArraySize = (uint)environment.Limits.Length;
        options.Constraints.RegexTimeout = environment.Limits.Time * RunLimits.RegexShare;
        options.Host.StringCompilationAllowed = false;
        options.Json.MaxParseDepth = RunMessage.JsonDepth;
        options.Constraint(() => new RunLimits(environment.Limits));
        return options;
    }
}
