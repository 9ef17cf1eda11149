using BenchmarkDotNet.Attributes;
using ChannelHost.Abstractions;
using ChannelHost.DataTypes;
using ChannelHost.Testing;

namespace ChannelHost.Benchmarks.DataTypes;

/// <summary>What a message costs from bytes to bytes. Aims: 1 GB/s to segments on one core; under 10 us for reading ten fields and writing six.</summary>
[MemoryDiagnoser]
public class Hl7v2Benchmarks
{
    private static readonly string[] Read = ["MSH-9.2", "PID-3.1", "PID-5.1", "PID-5.2", "PID-7", "PID-11.3", "PV1-3.1", "PV1-19", "IN1-4", "AL1-3.2"];
    private static readonly string[] Write = ["MSH-5", "MSH-6", "PID-3.1", "PID-5.1", "PID-13.7", "PV1-44"];

    private readonly IMessageCodec _codec = Codec();
    private readonly byte[] _adt = Some.AdtMessage();
    private readonly byte[] _large = Some.Batch(1_000);
    private readonly byte[] _document = Some.OruWithPdf(15_000_000);

    /// <summary>Bytes to segments, a message of 1 KB.</summary>
    [Benchmark]
    public IMessageTree Parse() => _codec.Parse(_adt);

    /// <summary>Bytes to segments, 1,000 messages in one (about 1.2 MB).</summary>
    [Benchmark]
    public IMessageTree ParseLarge() => _codec.Parse(_large);

    /// <summary>Ten fields by path.</summary>
    [Benchmark]
    public int ParseAndReadTen() => ReadTen(_codec.Parse(_adt));

    /// <summary>The work of a typical transformer without the script engine.</summary>
    [Benchmark]
    public ReadOnlyMemory<byte> ParseReadTenWriteSixSerialize()
    {
        var tree = _codec.Parse(_adt);
        ReadTen(tree);
        foreach (var path in Write)
        {
            tree.Set(path, "VALUE");
        }

        return tree.Serialize();
    }

    /// <summary>Every node made and named, as a script does that copies the message.</summary>
    [Benchmark]
    public int ParseAndWalkWholeTree() => Walk(_codec.Parse(_adt).Root);

    /// <summary>A field beside an embedded document of 20 MB: the document is not copied.</summary>
    [Benchmark]
    public string? ReadBesideDocument() => _codec.Parse(_document).Get("OBX[2]-5");

    /// <summary>What the store asks for each message.</summary>
    [Benchmark]
    public MessageDescription Describe() => _codec.Describe(_adt);

    /// <summary>The answer to a sender.</summary>
    [Benchmark]
    public ReadOnlyMemory<byte>? Acknowledge() => _codec.Acknowledge(_adt, new AcknowledgmentOutcome
    {
        Status = MessageStatus.Transformed,
        Stage = AcknowledgmentStage.Application,
        Time = new DateTimeOffset(2026, 3, 14, 9, 30, 0, TimeSpan.Zero),
        ControlId = "1",
    });

    private static int ReadTen(IMessageTree tree)
    {
        var length = 0;
        foreach (var path in Read)
        {
            length += tree.Get(path)?.Length ?? 0;
        }

        return length;
    }

    private static int Walk(MessageNode node)
    {
        var count = node.Name.Length;
        var children = node.Children;
        for (var i = 0; i < children.Count; i++)
        {
            count += Walk(children[i]);
        }

        return count;
    }

    private static IMessageCodec Codec()
    {
        var type = DataTypeCatalog.All.Single(candidate => candidate.Name == "hl7v2");
        return type.CreateCodec(Activator.CreateInstance(type.OptionsType)!);
    }
}
