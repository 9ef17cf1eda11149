using System.Globalization;
using System.Text;

namespace ChannelHost.Server.Bench;

/// <summary>The channels that <c>bench</c> writes, and the message it sends: synthetic, about 2 KB, twenty results.</summary>
internal static class BenchChannels
{
    /// <summary>Where the number of a message stands in the control id.</summary>
    public const string ControlIdPlace = "BENCH00000000000000";

    private const string Transform = """
        // What a typical transformer does: ten fields read, six written, twenty results looked at, maps filled.
        var mrn = msg.get('PID-3.1');
        var family = msg.get('PID-5.1');
        var given = msg.get('PID-5.2');
        var born = msg.get('PID-7');
        var sex = msg.get('PID-8');
        var order = msg.get('ORC-2.1');
        var filler = msg.get('ORC-3.1');
        var service = msg.get('OBR-4.1');
        var observed = msg.get('OBR-7');
        var sender = msg.get('MSH-3');

        msg.set('MSH-5', 'EHR');
        msg.set('MSH-6', 'MAIN');
        msg.set('PID-5.1', family.toUpperCase());
        msg.set('PID-5.2', given.toUpperCase());
        msg.set('PID-8', sex === 'M' ? 'M' : sex === 'F' ? 'F' : 'U');
        msg.set('OBR-4.2', 'Panel ' + service);

        var abnormal = 0;
        var sum = 0;
        for (var obx of msg.all('OBX')) {
          if (obx.get('8') !== 'N') {
            abnormal++;
          }
          sum += Number(obx.get('5'));
        }

        channelMap.put('mrn', mrn);
        channelMap.put('born', born);
        channelMap.put('order', order + '/' + filler);
        channelMap.put('observed', observed);
        channelMap.put('abnormal', abnormal);
        channelMap.put('mean', sum / 20);
        connectorMap.put('sender', sender);
        """;

    /// <summary>Writes the channel of the load test.</summary>
    public static void WriteLoadChannel(string channelsFolder, int port, int? destinationPort, int threads)
    {
        var yaml = new StringBuilder()
            .AppendLine("description: Written by channelhost bench")
            .AppendLine(CultureInfo.InvariantCulture, $"source: {{ type: mllp, listen: 127.0.0.1:{port} }}")
            .AppendLine("transform: transform.js");
        if (threads > 1)
        {
            yaml.AppendLine(CultureInfo.InvariantCulture, $"threads: {threads}");
        }

        if (destinationPort is { } to)
        {
            yaml.AppendLine("destinations:").AppendLine(CultureInfo.InvariantCulture, $"  - {{ name: next, type: mllp, connect: 127.0.0.1:{to} }}");
        }

        Write(channelsFolder, "bench/load", yaml.ToString());
    }

    /// <summary>Writes the channels of the deploy test.</summary>
    public static void WriteManyChannels(string channelsFolder, string outFolder, IReadOnlyList<int> ports)
    {
        for (var at = 0; at < ports.Count; at++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"c{at:D4}");
            Write(channelsFolder, $"bench/{name}", $$"""
                description: Channel {{at}} of many
                source: { type: mllp, listen: 127.0.0.1:{{ports[at]}} }
                transform: transform.js
                destinations:
                  - { name: copy, type: files, folder: {{outFolder}}/{{name}}, file: "${controlId}.hl7" }

                """);
        }
    }

    /// <summary>The message, with <see cref="ControlIdPlace"/> as its control id.</summary>
    public static byte[] Message()
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"MSH|^~\\&|LAB|NORTH|EHR|CLINIC|20260102030405||ORU^R01|{ControlIdPlace}|P|2.5.1\r")
            .Append("PID|1||4711^^^NORTH^MR~9912345678^^^NATION^NI||Muster^Erika^Maria||19640812|F|||Teststrasse 12^^Musterstadt^^12345^DE||+49 30 5550100|||M\r")
            .Append("PV1|1|O|AMB^1^A|||||||||||||||||V1002003\r")
            .Append("ORC|RE|ORD778899|FIL112233|||CM\r")
            .Append("OBR|1|ORD778899|FIL112233|24323-8^Comprehensive metabolic panel^LN|||20260102020000|||||||||DOC12^Probe^Paula\r");
        for (var at = 1; at <= 20; at++)
        {
            text.Append(CultureInfo.InvariantCulture, $"OBX|{at}|NM|{2000 + at}-1^Analyte number {at}^LN||{at * 3.5:0.0}|mmol/L|1.0-80.0|{(at % 7 == 0 ? "H" : "N")}|||F|||20260102021500\r");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Write(string channelsFolder, string name, string yaml)
    {
        var folder = Directory.CreateDirectory(Path.Combine(channelsFolder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "channel.yaml"), yaml);
        File.WriteAllText(Path.Combine(folder, "transform.js"), Transform);
    }
}
