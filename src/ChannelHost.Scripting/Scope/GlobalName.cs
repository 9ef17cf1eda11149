using ChannelHost.Scripting.Running;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary>A global of the scope: made when a script first reads it, and only in units that name it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Make">Makes the value.</param>
internal sealed record GlobalName(string Name, Func<Engine, ScriptRun, JsValue> Make)
{
    /// <summary>When it exists; null for always.</summary>
    public Func<ScriptRun, bool>? Exists { get; init; }

    /// <summary>True for one that only our own translation names: it is not there for scripts that walk the global object.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Puts it into the run's engine.</summary>
    public void Install(ScriptRun run)
    {
        if (Exists is null || Exists(run))
        {
            run.Engine.Advanced.AddLazyGlobal(Name, run, Make);
        }
    }
}
