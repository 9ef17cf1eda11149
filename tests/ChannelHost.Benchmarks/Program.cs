using BenchmarkDotNet.Running;
using ChannelHost.Benchmarks.Storage;

if (args is ["store", ..])
{
    await StoreFigures.RunAsync(args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "channelhost-bench"));
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
