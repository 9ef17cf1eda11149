using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Guards;

/// <summary>Stands before a constructor of the engine and checks what it is asked for.</summary>
internal sealed class GuardedConstructor(ScriptRun run, string name, ObjectInstance original) : Constructor(run.Engine, name)
{
    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget)
    {
        BufferGuard.CheckSource(run, this, arguments);
        return run.Engine.Construct(original, arguments);
    }

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) => run.Engine.Call(original, thisObject, arguments);
}
