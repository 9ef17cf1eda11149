using System.Globalization;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>The suite's channels as folders on disk, and where they listen.</summary>
internal sealed record SuiteChannels(int AdtPort, int AdtToMllpPort, int OruPort)
{
    /// <summary>Writes three channels: an ADT to nowhere, an ADT to a partner through a queue, an ORU to nowhere.</summary>
    /// <param name="folder">The channels folder.</param>
    /// <param name="partnerPort">Where the partner listens.</param>
    public static SuiteChannels Write(string folder, int partnerPort)
    {
        var ports = BenchHost.FreePorts(3, 19_000);
        Write(folder, "bench/adt", SuiteMessages.AdtTransform, Invariant($$"""
            description: An ADT, a transform, no destination
            source: { type: mllp, listen: 127.0.0.1:{{ports[0]}} }
            transform: transform.js

            """));
        Write(folder, "bench/adt-mllp", SuiteMessages.AdtTransform, Invariant($$"""
            description: An ADT, a transform, sent on by MLLP through a queue
            source: { type: mllp, listen: 127.0.0.1:{{ports[1]}} }
            transform: transform.js
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{partnerPort}}, queue: { mode: always } }

            """));
        Write(folder, "bench/oru", SuiteMessages.OruTransform, Invariant($$"""
            description: An ORU, a loop in E4X, no destination
            source: { type: mllp, listen: 127.0.0.1:{{ports[2]}} }
            transform: transform.js

            """));
        return new SuiteChannels(ports[0], ports[1], ports[2]);
    }

    /// <summary>Writes a channel.</summary>
    public static void Write(string folder, string name, string transform, string yaml)
    {
        var channel = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(channel, "channel.yaml"), yaml);
        File.WriteAllText(Path.Combine(channel, "transform.js"), transform);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
