using BenchmarkDotNet.Running;
using ChannelHost.Benchmarks.Scripting;

// `quick` gives figures in some seconds, good enough to compare before and after; without it, the full benchmarks.
if (args is not ["quick"])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return;
}

var benchmarks = new ScriptBenchmarks();
Measure("engine, nothing in it", benchmarks.Empty);
Measure("scope, each name read", benchmarks.Scope);
Measure("filter of one line", benchmarks.Filter);
Measure("filter, transform by path", benchmarks.TransformByPath);
Measure("filter, transform by node", benchmarks.TransformByNode);

static void Measure(string name, Func<object> run)
{
    const int Rounds = 3_000;
    for (var i = 0; i < Rounds * 3; i++)
    {
        run();
    }

    var best = double.MaxValue;
    var allocated = GC.GetAllocatedBytesForCurrentThread();
    for (var repeat = 0; repeat < 5; repeat++)
    {
        var started = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Rounds; i++)
        {
            run();
        }

        best = Math.Min(best, (Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Rounds);
    }

    allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (5 * Rounds);
    Console.WriteLine($"{name,-28} {best,8:0.0} us of CPU {allocated,8} B");
}
