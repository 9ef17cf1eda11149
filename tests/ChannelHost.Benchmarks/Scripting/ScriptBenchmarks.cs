using System.Text;
using BenchmarkDotNet.Attributes;
using ChannelHost.Scripting;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Benchmarks.Scripting;

/// <summary>What a run costs: the engine and scope alone, a filter, and a transform as channels have it. Design, section 7: 60 us together.</summary>
[MemoryDiagnoser]
public class ScriptBenchmarks
{
    private readonly PipeCodec _codec = new();
    private readonly byte[] _message = Encoding.UTF8.GetBytes(Message());
    private readonly IScriptUnit _empty = Compile((ScriptKind.Transformer, ""));
    private readonly IScriptUnit _scope = Compile((ScriptKind.Transformer, "channelMap; logger; $c; destinationSet; msg; sourceMap; globalMap;"));
    private readonly IScriptUnit _filter = Compile((ScriptKind.Filter, "msg.get('MSH-9.2') == 'R01'"));
    private readonly IScriptUnit _paths = Compile((ScriptKind.Filter, "msg.get('MSH-9.2') == 'R01'"), (ScriptKind.Transformer, Paths));
    private readonly IScriptUnit _nodes = Compile((ScriptKind.Filter, "msg['MSH']['MSH.9']['MSH.9.2'].toString() == 'R01'"), (ScriptKind.Transformer, Nodes));

    /// <summary>A clean engine and nothing in it.</summary>
    [Benchmark(Baseline = true)]
    public ScriptResult Empty() => Run(_empty);

    /// <summary>The names of the scope, each read once.</summary>
    [Benchmark]
    public ScriptResult Scope() => Run(_scope);

    /// <summary>A filter of one line.</summary>
    [Benchmark]
    public ScriptResult Filter() => Run(_filter);

    /// <summary>Filter and transform by path: 10 reads, 6 writes, a loop over 20 OBX, maps.</summary>
    [Benchmark]
    public ScriptResult TransformByPath() => Run(_paths);

    /// <summary>The same by node, as imported scripts do it.</summary>
    [Benchmark]
    public ScriptResult TransformByNode() => Run(_nodes);

    private const string Paths = """
        channelMap.put('mrn', msg.get('PID-3.1'));
        channelMap.put('name', msg.get('PID-5.2') + ' ' + msg.get('PID-5.1'));
        channelMap.put('born', msg.get('PID-7.1'));
        channelMap.put('event', msg.get('MSH-9.1') + '^' + msg.get('MSH-9.2'));
        const sex = msg.get('PID-8.1'), facility = msg.get('MSH-4.1'), order = msg.get('OBR-3.1'), id = msg.get('MSH-10.1');
        msg.set('MSH-3.1', 'HOST');
        msg.set('MSH-5.1', facility);
        msg.set('PID-8.1', sex == 'M' ? 'male' : 'female');
        msg.set('PID-13.1', '555-0100');
        msg.set('OBR-2.1', order + '-' + id);
        msg.set('PID-5.1', msg.get('PID-5.1').toUpperCase());
        let high = 0;
        for (const obx of msg.all('OBX')) {
          if (Number(obx.get('5.1')) > 100) high++;
        }
        channelMap.put('high', high);
        """;

    private const string Nodes = """
        channelMap.put('mrn', msg['PID']['PID.3']['PID.3.1'].toString());
        channelMap.put('name', msg['PID']['PID.5']['PID.5.2'].toString() + ' ' + msg['PID']['PID.5']['PID.5.1'].toString());
        channelMap.put('born', msg['PID']['PID.7']['PID.7.1'].toString());
        channelMap.put('event', msg['MSH']['MSH.9']['MSH.9.1'].toString() + '^' + msg['MSH']['MSH.9']['MSH.9.2'].toString());
        var sex = msg['PID']['PID.8']['PID.8.1'].toString(), facility = msg['MSH']['MSH.4']['MSH.4.1'].toString();
        var order = msg['OBR']['OBR.3']['OBR.3.1'].toString(), id = msg['MSH']['MSH.10']['MSH.10.1'].toString();
        msg['MSH']['MSH.3']['MSH.3.1'] = 'HOST';
        msg['MSH']['MSH.5']['MSH.5.1'] = facility;
        msg['PID']['PID.8']['PID.8.1'] = sex == 'M' ? 'male' : 'female';
        msg['PID']['PID.13']['PID.13.1'] = '555-0100';
        msg['OBR']['OBR.2']['OBR.2.1'] = order + '-' + id;
        msg['PID']['PID.5']['PID.5.1'] = msg['PID']['PID.5']['PID.5.1'].toString().toUpperCase();
        var high = 0, results = msg['OBX'];
        for (var i = 0; i < results.length(); i++) {
          if (Number(results[i]['OBX.5']['OBX.5.1'].toString()) > 100) high++;
        }
        channelMap.put('high', high);
        """;

    private static IScriptUnit Compile(params (ScriptKind Kind, string Text)[] steps) => new ScriptCompiler().Compile(
        [.. steps.Select((step, index) => new ScriptStep(step.Kind, new ScriptFile($"bench/{index}.js", step.Text)))],
        new ScriptEnvironment
        {
            Channel = "bench",
            GlobalMap = new VariableMap(),
            GlobalChannelMap = new VariableMap(),
            Log = (_, _, _) => { },
            Router = new NoRouter(),
        });

    private ScriptResult Run(IScriptUnit unit)
    {
        var result = unit.Run(
            new ScriptScope
            {
                Connector = "source",
                MessageId = 1,
                Content = _message,
                Inbound = _codec,
                Outbound = _codec,
                Maps = new MessageMaps(),
                Destinations = new DestinationSelection(["a"]),
            },
            CancellationToken.None);
        return result.Error is null ? result : throw new InvalidOperationException(result.Error.ToString());
    }

    private static string Message()
    {
        var text = new StringBuilder("MSH|^~\\&|LAB|FAC|HOST|FAC|20260301120000||ORU^R01|MSG00001|P|2.5\rPID|1||123456^^^HOSP^MR||Doe^Jane^Q||19700101|F\rOBR|1||ORD77|GLU^Panel\r");
        for (var i = 1; i <= 20; i++)
        {
            text.Append("OBX|").Append(i).Append("|NM|C").Append(i).Append("^Test||").Append(i * 10).Append("|mg/dL|||||F\r");
        }

        return text.ToString();
    }

    private sealed class NoRouter : IChannelRouter
    {
        public ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken) => default;
    }
}
