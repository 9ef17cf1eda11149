using System.Diagnostics;

namespace ChannelHost.Benchmarks.Scripting;

/// <summary>Figures of scripts in some seconds; <c>-- scripts</c>. The best of many short rounds counts, so that they can be compared on a busy machine.</summary>
internal static class ScriptFigures
{
    private const int Rounds = 20;
    private const int Repeats = 2_000;

    public static void Run()
    {
        var benchmarks = new ScriptBenchmarks();
        Measure("engine, nothing in it", benchmarks.Empty);
        Measure("scope, each name read", benchmarks.Scope);
        Measure("filter of one line", benchmarks.Filter);
        Measure("filter, transform by path", benchmarks.TransformByPath);
        Measure("filter, transform by node", benchmarks.TransformByNode);
        Measure("filter, transform in E4X", benchmarks.TransformByE4x);
        Measure("loop over 20 OBX by path", benchmarks.LoopByPath);
        Measure("loop over 20 OBX in E4X", benchmarks.LoopByE4x);
    }

    private static void Measure(string name, Func<object> run)
    {
        for (var i = 0; i < Rounds * 500; i++)
        {
            run();
        }

        var best = double.MaxValue;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Rounds; i++)
            {
                run();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / Rounds);
        }

        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (Repeats * Rounds);
        Console.WriteLine($"{name,-28} {best,8:0.0} us {allocated,8} B");
    }
}
