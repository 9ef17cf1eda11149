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

if (args is ["keeping", ..])
{
    var messages = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 500_000;
    await KeepingFigures.RunAsync(messages, args.Length > 2 ? args[2] : Path.Combine(Path.GetTempPath(), "channelhost-bench-keeping"));
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
