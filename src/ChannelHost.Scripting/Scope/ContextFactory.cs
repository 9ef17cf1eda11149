using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.UserClasses;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>contextFactory</c>: there are no libraries to load classes from, and it says so.</summary>
internal static class ContextFactory
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "ContextFactory")
        .Method("getResourceIds", static (_, call) => Collections.Set(call.Run, []))
        .Method("getClassLoader", static (_, call) => throw call.Error("is not available here: no Java classes are loaded."))
        .Method("getIsolatedClassLoader", static (_, call) => throw call.Error("is not available here: no Java classes are loaded."))
        .Build();

    /// <summary>Makes it for a run.</summary>
    public static JsValue Create(ScriptRun run) => run.Classes.Wrap(Type, run);
}
