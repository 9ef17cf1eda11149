using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ChannelHost.Scripting.Compilation;

/// <summary>
/// What was read of scripts, for as long as the script itself is held by somebody: by the object, not by its text, so that nothing has to be hashed and
/// nothing stays that nobody has any more. A script that was read once runs in any number of engines.
/// </summary>
internal sealed class ReadScripts
{
    private readonly ConditionalWeakTable<ScriptFile, ConcurrentDictionary<Reading, (ParsedScript?, ScriptProblem?)>> _scripts = [];

    /// <summary>What was read, or what reading gives now.</summary>
    /// <param name="file">The script.</param>
    /// <param name="kind">What it is for; null for a shared one.</param>
    /// <param name="environment">Where: the longest that a regular expression may take and whose language it is are part of what is read.</param>
    /// <param name="read">Reads it.</param>
    public (ParsedScript? Script, ScriptProblem? Problem) Get(ScriptFile file, ScriptKind? kind, ScriptEnvironment environment, Func<(ParsedScript?, ScriptProblem?)> read) =>
        _scripts.GetOrCreateValue(file).GetOrAdd(new Reading(kind, environment.Limits.Time, environment.E4x, environment.Compatibility), _ => read());

    private readonly record struct Reading(ScriptKind? Kind, TimeSpan Time, bool E4x, Compatibility Compatibility);
}
