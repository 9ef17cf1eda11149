using ChannelHost.Scripting.Running;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary>A global of the scope: made when a script first reads it, and only in units that name it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Make">Makes the value.</param>
internal sealed record GlobalName(string Name, Func<Engine, ScriptRun, JsValue> Make)
{
    /// <summary>The sets of names it belongs to; <see cref="ScopeSets.Basic"/> for every script.</summary>
    public ScopeSets In { get; init; }

    /// <summary>What else must hold for it to exist; null for nothing.</summary>
    public Func<ScriptRun, bool>? Exists { get; init; }

    /// <summary>True for one that only our own translation names: it is not there for scripts that walk the global object.</summary>
    public bool IsHidden { get; init; }

    /// <summary>True for what code templates do not see while their top level runs.</summary>
    public bool ComesAfterTemplates { get; init; }

    /// <summary>True for a function that code templates cannot replace by one of their own.</summary>
    public bool IsFirm { get; init; }

    /// <summary>Puts it into the run's engine.</summary>
    public void Install(ScriptRun run)
    {
        if ((In == ScopeSets.Basic || run.Names.HasAny(In)) && (Exists is null || Exists(run)))
        {
            run.Engine.Advanced.AddLazyGlobal(Name, run, Make);
        }
    }
}
