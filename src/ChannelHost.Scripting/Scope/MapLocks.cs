using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Scope;

/// <summary>
/// Locks on keys of maps that several runs share: <c>globalMap.lock('counter')</c>. A lock belongs to a run, may be taken by it several times, and ends
/// with it at the latest.
/// </summary>
internal sealed class MapLocks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(IVariableMap Map, string Key), Holder> _holders = [];

    /// <summary>Takes a lock; waits no longer than the run may last.</summary>
    public void Take(ScriptRun run, IVariableMap map, string key)
    {
        Holder? holder;
        lock (_gate)
        {
            if (!_holders.TryGetValue((map, key), out holder))
            {
                _holders[(map, key)] = holder = new Holder();
            }

            holder.Users++;
            if (ReferenceEquals(holder.Owner, run))
            {
                holder.Depth++;
                return;
            }
        }

        if (!Wait(run, holder))
        {
            Leave(map, key, holder);
            run.Limits.Check();
            throw run.Limits.OutOfTime($"The lock on '{key}' was not free within the script's time.");
        }

        holder.Owner = run;
        holder.Depth = 1;
        run.ReleaseWith(() => ReleaseAll(run, map, key));
    }

    /// <summary>Gives a lock back; nothing when the run does not hold it.</summary>
    public void Release(ScriptRun run, IVariableMap map, string key)
    {
        lock (_gate)
        {
            if (!_holders.TryGetValue((map, key), out var holder) || !ReferenceEquals(holder.Owner, run))
            {
                return;
            }

            if (--holder.Depth == 0)
            {
                holder.Owner = null;
                holder.Free.Release();
            }

            Leave(map, key, holder);
        }
    }

    private static bool Wait(ScriptRun run, Holder holder)
    {
        try
        {
            return holder.Free.Wait(run.Limits.TimeLeft, run.Limits.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The caller asks the limits, which say so in the run's own words.
            return false;
        }
    }

    private void ReleaseAll(ScriptRun run, IVariableMap map, string key)
    {
        lock (_gate)
        {
            while (_holders.TryGetValue((map, key), out var holder) && ReferenceEquals(holder.Owner, run))
            {
                Release(run, map, key);
            }
        }
    }

    private void Leave(IVariableMap map, string key, Holder holder)
    {
        lock (_gate)
        {
            if (--holder.Users == 0)
            {
                _holders.Remove((map, key));
                holder.Free.Dispose();
            }
        }
    }

    private sealed class Holder
    {
        public SemaphoreSlim Free { get; } = new(1, 1);

        /// <summary>The run that holds it. Written by the holder only.</summary>
        public ScriptRun? Owner { get; set; }

        public int Depth { get; set; }

        /// <summary>Those that hold it or wait for it.</summary>
        public int Users { get; set; }
    }
}
