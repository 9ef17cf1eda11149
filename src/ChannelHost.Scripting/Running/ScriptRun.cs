using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.E4x;
using ChannelHost.Scripting.Guards;
using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Java.Xml;
using ChannelHost.Scripting.Scope;
using ChannelHost.Scripting.UserClasses;
using ChannelHost.Scripting.UserClasses.Formats;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>One run of a unit on one message: its engine, its limits and what the scripts see. Belongs to one thread.</summary>
internal sealed class ScriptRun
{
    private List<Action>? _ends;
    private List<Action>? _releases;
    private ScriptMaps? _maps;
    private Nesting? _nesting;
    private XmlRun? _xml;
    private JavaSession? _java;
    private RunClasses? _classes;
    private OpenResources? _resources;
    private JsArray? _phase;

    /// <summary>Makes the engine; nothing of the scope is made before a script asks for it.</summary>
    public ScriptRun(ScriptEnvironment environment, ScopeNames names, MapLocks locks, Options options, ScriptScope scope, CancellationToken cancellationToken)
    {
        Environment = environment;
        Names = names;
        Locks = locks;
        Scope = scope;
        Engine = new Engine(options);
        Limits = Engine.Constraints.Find<RunLimits>()!;
        Limits.Begin(Engine, cancellationToken);
        Message = new RunMessage(this);
    }

    /// <summary>What all scripts of the channel share.</summary>
    public ScriptEnvironment Environment { get; }

    /// <summary>True when scripts find the reference's behaviour also where it is odd.</summary>
    public bool IsMirth => Environment.Compatibility == Compatibility.Mirth;

    /// <summary>Which names there are.</summary>
    public ScopeNames Names { get; }

    /// <summary>Locks on the keys of shared maps.</summary>
    public MapLocks Locks { get; }

    /// <summary>The user classes.</summary>
    public RunClasses Classes => _classes ??= new RunClasses(this);

    /// <summary>The whole message, when it was asked for.</summary>
    public MessageSnapshot? Snapshot { get; set; }

    /// <summary><c>phase</c>: its first element says whether the filter or the transformer runs.</summary>
    public JsArray Phase => _phase ??= new JsArray(Engine, [PhaseName]);

    /// <summary>What this run works on.</summary>
    public ScriptScope Scope { get; }

    /// <summary>The engine; it is used for this run and thrown away.</summary>
    public Engine Engine { get; }

    /// <summary>The run's limits.</summary>
    public RunLimits Limits { get; }

    /// <summary>The message as scripts see and leave it.</summary>
    public RunMessage Message { get; }

    /// <summary>What XML values share.</summary>
    public XmlRun Xml => _xml ??= new XmlRun(this);

    /// <summary>Files and connections that its scripts hold open.</summary>
    public OpenResources Resources => _resources ??= new OpenResources(this);

    /// <summary>What Java is in this run.</summary>
    public JavaSession Java => _java ??= new JavaSession(this);

    /// <summary>The XML literals of the unit's scripts.</summary>
    public required XmlTemplates Literals { get; init; }

    /// <summary>The stylesheets of the unit's scripts.</summary>
    public required Stylesheets Stylesheets { get; init; }

    /// <summary>The maps.</summary>
    public ScriptMaps Maps => _maps ??= new ScriptMaps(this);

    /// <summary>The maps if a script asked for any.</summary>
    public ScriptMaps? MapsIfUsed => _maps;

    /// <summary>The arrays that are being turned into text.</summary>
    public Nesting Nesting => _nesting ??= new Nesting();

    /// <summary>The script that runs now.</summary>
    public ParsedScript? Current { get; set; }

    /// <summary>What the script that runs now is for; null for shared ones.</summary>
    public ScriptKind? CurrentKind { get; private set; }

    /// <summary>The reason of a promise that was rejected and that nobody took; null for none.</summary>
    public JsValue? Unhandled { get; set; }

    /// <summary>An error that the script may catch.</summary>
    public JavaScriptException Error(string message) => new(Engine.Intrinsics.Error, message);

    /// <summary>An error about a value of the wrong kind that the script may catch.</summary>
    public JavaScriptException TypeError(string message) => new(Engine.Intrinsics.TypeError, message);

    /// <summary>An error as Java throws it: its message begins with the class.</summary>
    public JavaScriptException JavaError(string exceptionClass, string message) => Java.Throw(exceptionClass, message);

    /// <summary>A text of the host for a script; null stays null.</summary>
    public JsValue Text(string? text) => text is null ? JsValue.Null : IsMirth ? Java.Text(text) : JsString.Create(text);

    /// <summary>Bytes of the host for a script; null stays null.</summary>
    public JsValue Bytes(byte[]? bytes) => bytes is null ? JsValue.Null : FromPlain(bytes);

    /// <summary>An instant as a calendar.</summary>
    public JsValue Calendar(DateTimeOffset at) =>
        JavaValues.Calendar(this, at);

    /// <summary>A value that was kept, for a script.</summary>
    public JsValue FromPlain(object? value) => value switch
    {
        Response response => ResponseClass.Of(this, ResponseState.From(response, Scope.Inbound)),
        IReadOnlyDictionary<string, object?> when ResponseState.FromPlain(value) is { } kept => ResponseClass.Of(this, kept),
        int[] numbers => Collections.List(this, [.. numbers.Select(number => (JsValue)number)]),
        NamedValues values => Classes.Wrap(values.IsHeaders ? HttpUtilClass.Headers : HttpUtilClass.Parameters, values),
        MarkupValue markup => XmlValues.FromMarkup(this, markup),
        DateValue { IsJava: true } => JavaValues.FromPlain(this, value),
        _ => IsMirth ? JavaValues.FromKept(this, value) : ScriptValue.From(value, this),
    };

    /// <summary>Notes what the next script is for.</summary>
    public void Enter(ScriptKind kind)
    {
        CurrentKind = kind;
        if (_phase is not null)
        {
            _phase[0] = PhaseName;
        }
    }

    /// <summary>Notes what is done when the run ends, however it does.</summary>
    public void EndWith(Action action) => (_ends ??= []).Add(action);

    /// <summary>Notes what other runs wait for: it is done first when the run ends.</summary>
    public void ReleaseWith(Action action) => (_releases ??= []).Add(action);

    /// <summary>Ends the run: does all that was noted, each whether or not another one fails. Gives the first failure; null for none.</summary>
    public Exception? End()
    {
        var failure = DoAll(_releases);
        return DoAll(_ends) is { } other ? failure ?? other : failure;
    }

    private static Exception? DoAll(List<Action>? actions)
    {
        Exception? failure = null;
        for (var i = (actions?.Count ?? 0) - 1; i >= 0; i--)
        {
            try
            {
                actions![i]();
            }
            catch (Exception exception)
            {
                // The rest must still be closed and released; the caller makes the failure the message's error.
                failure ??= exception;
            }
        }

        return failure;
    }

    private JsString PhaseName => JsString.Create(CurrentKind == ScriptKind.Filter ? "filter" : "transformer");
}
