using System.Text;
using BenchmarkDotNet.Attributes;
using ChannelHost.Abstractions;
using ChannelHost.DataTypes;
using ChannelHost.Scripting;

namespace ChannelHost.Benchmarks.Scripting;

/// <summary>What a run costs: the engine and scope alone, a filter, and a transform as channels have it. Design, section 7: 60 us together.</summary>
[MemoryDiagnoser]
public class ScriptBenchmarks
{
    private readonly IMessageCodec _codec = Codec();
    private readonly byte[] _message = Encoding.UTF8.GetBytes(Message());
    private readonly IScriptUnit _empty = Compile((ScriptKind.Transformer, ""));
    private readonly IScriptUnit _scope = Compile((ScriptKind.Transformer, "channelMap; logger; $c; destinationSet; msg; sourceMap; globalMap;"));
    private readonly IScriptUnit _filter = Compile((ScriptKind.Filter, "msg.get('MSH-9.2') == 'R01'"));
    private readonly IScriptUnit _paths = Compile((ScriptKind.Filter, "msg.get('MSH-9.2') == 'R01'"), (ScriptKind.Transformer, Paths));
    private readonly IScriptUnit _nodes = Compile((ScriptKind.Filter, "msg['MSH']['MSH.9']['MSH.9.2'].toString() == 'R01'"), (ScriptKind.Transformer, Nodes));

    private readonly IScriptUnit _e4x = Compile((ScriptKind.Filter, "msg.MSH['MSH.9']['MSH.9.2'] == 'R01'"), (ScriptKind.Transformer, E4x));
    private readonly IScriptUnit _loopByPath = Compile((ScriptKind.Transformer, PathLoop));
    private readonly IScriptUnit _loopByE4x = Compile((ScriptKind.Transformer, E4xLoop));

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

    /// <summary>The same in E4X: names, a loop with <c>for each</c>, a predicate, a literal.</summary>
    [Benchmark]
    public ScriptResult TransformByE4x() => Run(_e4x);

    /// <summary>A loop over 20 OBX by path, which reads three fields of each.</summary>
    [Benchmark]
    public ScriptResult LoopByPath() => Run(_loopByPath);

    /// <summary>The same loop in E4X.</summary>
    [Benchmark]
    public ScriptResult LoopByE4x() => Run(_loopByE4x);

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

    private const string E4x = """
        channelMap.put('mrn', msg.PID['PID.3']['PID.3.1'].toString());
        channelMap.put('name', msg.PID['PID.5']['PID.5.2'] + ' ' + msg.PID['PID.5']['PID.5.1']);
        channelMap.put('born', msg.PID['PID.7']['PID.7.1'].toString());
        channelMap.put('event', msg.MSH['MSH.9']['MSH.9.1'] + '^' + msg.MSH['MSH.9']['MSH.9.2']);
        var sex = msg.PID['PID.8']['PID.8.1'].toString(), facility = msg.MSH['MSH.4']['MSH.4.1'].toString();
        var order = msg.OBR['OBR.3']['OBR.3.1'].toString(), id = msg.MSH['MSH.10']['MSH.10.1'].toString();
        msg.MSH['MSH.3']['MSH.3.1'] = 'HOST';
        msg.MSH['MSH.5']['MSH.5.1'] = facility;
        msg.PID['PID.8']['PID.8.1'] = sex == 'M' ? 'male' : 'female';
        msg.PID['PID.13'] = <PID.13><PID.13.1>555-0100</PID.13.1></PID.13>;
        msg.OBR['OBR.2']['OBR.2.1'] = order + '-' + id;
        msg.PID['PID.5']['PID.5.1'] = msg.PID['PID.5']['PID.5.1'].toString().toUpperCase();
        var high = 0;
        for each (var obx in msg.OBX) {
          if (Number(obx['OBX.5']['OBX.5.1']) > 100) high++;
        }
        channelMap.put('high', high);
        """;

    private const string PathLoop = """
        var high = 0, text = '';
        for (const obx of msg.all('OBX')) {
          if (obx.get('2.1') == 'NM' && Number(obx.get('5.1')) > 100) { high++; text += obx.get('3.1'); }
        }
        channelMap.put('high', high + text);
        """;

    private const string E4xLoop = """
        var high = 0, text = '';
        for each (var obx in msg..OBX) {
          if (obx['OBX.2']['OBX.2.1'] == 'NM' && obx['OBX.5']['OBX.5.1'] > 100) { high++; text += obx['OBX.3']['OBX.3.1'].toString(); }
        }
        channelMap.put('high', high + text);
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

    private static IMessageCodec Codec()
    {
        var type = DataTypeCatalog.All.First(type => type.Name == "hl7v2");
        return type.CreateCodec(Activator.CreateInstance(type.OptionsType)!);
    }

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
