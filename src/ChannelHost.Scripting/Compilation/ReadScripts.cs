using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ChannelHost.Scripting.Compilation;

/// <summary>
/// What was read of scripts, for as long as the script itself is held by somebody: by the object, not by its text, so that nothing has to be hashed and
/// nothing stays that nobody has any more. A script that was read once runs in any number of engines.
/// </summary>
internal sealed class ReadScripts
{
    private readonly ConditionalWeakTable<ScriptFile, ConcurrentDictionary<(ScriptKind?, TimeSpan), (ParsedScript?, ScriptProblem?)>> _scripts = [];

    /// <summary>What was read, or what reading gives now.</summary>
    /// <param name="file">The script.</param>
    /// <param name="kind">What it is for; null for a shared one.</param>
    /// <param name="limits">Its limits: the longest that a regular expression may take is part of what is read.</param>
    /// <param name="read">Reads it.</param>
    public (ParsedScript? Script, ScriptProblem? Problem) Get(ScriptFile file, ScriptKind? kind, ScriptLimits limits, Func<(ParsedScript?, ScriptProblem?)> read) =>
        _scripts.GetOrCreateValue(file).GetOrAdd((kind, limits.Time), _ => read());
}
