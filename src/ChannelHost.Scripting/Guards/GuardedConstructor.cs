using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Guards;

/// <summary>Stands before a constructor of the engine: looks at the arguments, and may make the object itself.</summary>
internal sealed class GuardedConstructor : Constructor
{
    private readonly ScriptRun _run;
    private readonly Constructor _original;
    private readonly Func<ScriptRun, JsValue[], ObjectInstance?> _before;

    private GuardedConstructor(ScriptRun run, string name, Constructor original, Func<ScriptRun, JsValue[], ObjectInstance?> before)
        : base(run.Engine, name)
    {
        _run = run;
        _original = original;
        _before = before;
    }

    /// <summary>Puts one in the place of a global constructor. What the original has, it inherits.</summary>
    public static void Install(ScriptRun run, string name, Func<ScriptRun, JsValue[], ObjectInstance?> before)
    {
        var global = run.Engine.Global;
        if (global.Get(name) is not Constructor original || original.Get("prototype") is not ObjectInstance prototype)
        {
            return;
        }

        var guarded = new GuardedConstructor(run, name, original, before) { Prototype = original };
        guarded.FastSetProperty("prototype", new PropertyDescriptor(prototype, PropertyFlag.AllForbidden));
        prototype.FastSetProperty("constructor", new PropertyDescriptor(guarded, PropertyFlag.NonEnumerable));
        global.FastSetProperty(name, new PropertyDescriptor(guarded, PropertyFlag.NonEnumerable));
    }

    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget) =>
        _before(_run, arguments) ?? _original.Construct(arguments, ReferenceEquals(newTarget, this) ? _original : newTarget);

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) =>
        _before(_run, arguments) ?? _run.Engine.Call(_original, thisObject, arguments);
}
