using ChannelHost.Scripting.Running;
using Jint.Runtime;

namespace ChannelHost.Scripting.Guards;

/// <summary>Escaping makes up to nine characters of one.</summary>
internal static class UriGuard
{
    /// <summary>The functions that escape.</summary>
    public static readonly string[] Names = ["encodeURIComponent", "encodeURI", "escape"];

    private const int Growth = 9;

    /// <summary>Lets one of them look at its argument first.</summary>
    public static void Install(ScriptRun run, string name) =>
        GuardedBuiltIns.Precede(run.Engine.Global, run, name, static (run, _, arguments) =>
            run.Limits.CheckLength((double)TypeConverter.ToString(GuardedBuiltIns.At(arguments, 0)).Length * Growth));
}
