using System.Diagnostics;
using ChannelHost.DataTypes;
using ChannelHost.Scripting;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>Measures the parts of a message's way that are computing alone, on this thread: script and codec. The best of many short rounds counts.</summary>
internal static class ScriptProbe
{
    private const int Together = 20;

    /// <summary>One run of a transform on a message.</summary>
    public static ComputingCost Transform(string script, byte[] message, TimeSpan duration)
    {
        var codec = HostSetup.Hl7Codec;
        var unit = new ScriptCompiler().Compile([new ScriptStep(ScriptKind.Transformer, new ScriptFile("transform.js", script))], new ScriptEnvironment
        {
            Channel = "bench/probe",
            DataTypes = DataTypeCatalog.All,
            GlobalMap = new VariableMap(),
            GlobalChannelMap = new VariableMap(),
            Log = static (_, _, _) => { },
            Router = new NoRouter(),
        });
        return Best(duration, () =>
        {
            var scope = new ScriptScope { Connector = "source", MessageId = 1, Content = message, Inbound = codec, Outbound = codec, Maps = new MessageMaps() };
            if (unit.Run(scope, CancellationToken.None).Error is { } error)
            {
                throw new InvalidOperationException(error.ToString());
            }
        });
    }

    /// <summary>Reading the ADT, six fields, one change, and writing it again.</summary>
    public static ComputingCost Codec(TimeSpan duration)
    {
        var codec = HostSetup.Hl7Codec;
        var message = SuiteMessages.Adt();
        string[] paths = ["MSH-9.2", "PID-3.1", "PID-5.1", "PID-5.2", "PID-7", "PV1-19.1"];
        return Best(duration, () =>
        {
            var tree = codec.Parse(message);
            foreach (var path in paths)
            {
                _ = tree.Get(path);
            }

            tree.Set("MSH-5", "EHR");
            _ = tree.Serialize();
        });
    }

    private static ComputingCost Best(TimeSpan duration, Action work)
    {
        var best = double.MaxValue;
        var bytes = 0L;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < duration;)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var at = 0; at < Together; at++)
            {
                work();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / Together);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Together;
        }

        return new ComputingCost(best, bytes);
    }

    private sealed class NoRouter : IChannelRouter
    {
        public ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken) => new((SourceResponse?)null);
    }
}

/// <summary>What computing alone costs on one thread.</summary>
/// <param name="Microseconds">The best of many short rounds.</param>
/// <param name="Bytes">What it allocates.</param>
internal readonly record struct ComputingCost(double Microseconds, long Bytes);
