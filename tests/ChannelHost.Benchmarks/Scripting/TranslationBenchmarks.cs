using BenchmarkDotNet.Attributes;
using ChannelHost.Abstractions;
using ChannelHost.Scripting.E4x.Translation;

namespace ChannelHost.Benchmarks.Scripting;

/// <summary>What reading a script of 100 KB takes at deploy, parsing included. 10 MB/s at least: 10 ms.</summary>
[MemoryDiagnoser]
public class TranslationBenchmarks
{
    private const string PlainStep = """
        // The name of the patient, in the order that the archive wants.
        var name = msg['PID']['PID.5']['PID.5.1'].toString() + '^' + msg['PID']['PID.5']['PID.5.2'].toString();
        if (name.length < 2 || /^\s*\^/.test(name)) { channelMap.put('name', 'UNKNOWN'); } else { channelMap.put('name', name.toUpperCase()); }

        """;

    private const string E4xStep = """
        // Observations that are numbers go into the report, with their units.
        for each (var obx in msg..OBX.(OBX['OBX.2']['OBX.2.1'] == 'NM')) {
          var id = obx['OBX.3']['OBX.3.1'].toString(), value = obx['OBX.5']['OBX.5.1'].toString();
          if (typeof value == 'string' && value.length > 0) {
            report.appendChild(<observation code={id} system="local"><value unit={obx['OBX.6']['OBX.6.1']}>{value}</value></observation>);
            channelMap.put('last', report.observation[0].@code + '/' + id);
          }
        }

        """;

    private readonly Translator _translator = new(e4x: true, Compatibility.None);
    private readonly string _plain = Repeat(PlainStep);
    private readonly string _e4x = Repeat(E4xStep);

    /// <summary>Plain JavaScript: parsed, and nothing else.</summary>
    [Benchmark(Baseline = true)]
    public string Plain() => _translator.Read(_plain, "plain.js").Text;

    /// <summary>E4X in every second line.</summary>
    [Benchmark]
    public string WithE4x() => _translator.Read(_e4x, "e4x.js").Text;

    /// <summary>The first pass alone.</summary>
    [Benchmark]
    public string FirstPass() => new FormReader(_e4x).Read();

    private static string Repeat(string step) => string.Concat(Enumerable.Repeat(step, 100_000 / step.Length));
}
