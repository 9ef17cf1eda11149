using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using ChannelHost.Benchmarks.Scripting;
using ChannelHost.Benchmarks.Storage;

if (args is ["store", ..])
{
    await StoreFigures.RunAsync(args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "channelhost-bench"));
    return;
}

if (args is ["duplicates", ..])
{
    await DuplicateFigures.RunAsync(args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "channelhost-bench"));
    return;
}

if (args is ["scripts"])
{
    ScriptFigures.Run();
    return;
}

// Beside the other things that are built: the root of the repository has nothing but the house.
var config = DefaultConfig.Instance.WithArtifactsPath(Path.Combine(".build", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
