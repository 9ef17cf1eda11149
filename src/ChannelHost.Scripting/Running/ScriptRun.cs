using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.E4x;
using ChannelHost.Scripting.Guards;
using ChannelHost.Scripting.Scope;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>One run of a unit on one message: its engine, its limits and what the scripts see. Belongs to one thread.</summary>
internal sealed class ScriptRun
{
    private ScriptMaps? _maps;
    private Nesting? _nesting;
    private XmlRun? _xml;

    /// <summary>Makes the engine; nothing of the scope is made before a script asks for it.</summary>
    public ScriptRun(ScriptEnvironment environment, Options options, ScriptScope scope, CancellationToken cancellationToken)
    {
        Environment = environment;
        Scope = scope;
        Engine = new Engine(options);
        Limits = Engine.Constraints.Find<RunLimits>()!;
        Limits.Begin(Engine, cancellationToken);
        Message = new RunMessage(this);
    }

    /// <summary>What all scripts of the channel share.</summary>
    public ScriptEnvironment Environment { get; }

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

    /// <summary>The XML literals of the unit's scripts.</summary>
    public required XmlTemplates Templates { get; init; }

    /// <summary>The maps.</summary>
    public ScriptMaps Maps => _maps ??= new ScriptMaps(this);

    /// <summary>The maps if a script asked for any.</summary>
    public ScriptMaps? MapsIfUsed => _maps;

    /// <summary>The arrays that are being turned into text.</summary>
    public Nesting Nesting => _nesting ??= new Nesting();

    /// <summary>The script that runs now.</summary>
    public ParsedScript? Current { get; set; }

    /// <summary>The reason of a promise that was rejected and that nobody took; null for none.</summary>
    public JsValue? Unhandled { get; set; }

    /// <summary>An error that the script may catch.</summary>
    public JavaScriptException Error(string message) => new(Engine.Intrinsics.Error, message);

    /// <summary>An error about a value of the wrong kind that the script may catch.</summary>
    public JavaScriptException TypeError(string message) => new(Engine.Intrinsics.TypeError, message);
}
