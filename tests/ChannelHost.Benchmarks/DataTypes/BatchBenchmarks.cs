using System.Text;
using BenchmarkDotNet.Attributes;
using ChannelHost.Abstractions;
using ChannelHost.DataTypes;
using ChannelHost.Testing;

namespace ChannelHost.Benchmarks.DataTypes;

/// <summary>Batches of about 100 MB taken apart, and one part read for scripts. Aims: 100 MB/s and more; nothing held but the part at hand.</summary>
[MemoryDiagnoser]
public class BatchBenchmarks
{
    private const int Size = 100 * 1024 * 1024;

    private byte[] _batch = [];
    private IBatchSplitter _splitter = null!;
    private IMessageCodec _codec = null!;
    private ReadOnlyMemory<byte> _part;

    /// <summary>The data type.</summary>
    [Params("hl7v2", "delimited", "json", "xml", "raw")]
    public string Type { get; set; } = "";

    /// <summary>Makes the batch.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var type = DataTypeCatalog.All.Single(candidate => candidate.Name == Type);
        var options = Activator.CreateInstance(type.OptionsType)!;
        _splitter = type.CreateSplitter(Activator.CreateInstance(type.BatchOptionsType!)!, options);
        _codec = type.CreateCodec(options);
        _batch = Type switch
        {
            "hl7v2" => Repeat("", Encoding.UTF8.GetString(Some.AdtMessage()), ""),
            "json" => Repeat("[0", ",{\"mrn\":\"4711\",\"family\":\"Brandt\",\"given\":\"Jonas\",\"born\":\"1980-01-01\",\"address\":[\"Street 5\",\"North\"]}", "]"),
            "xml" => Repeat("<all>\n", "<patient mrn=\"4711\"><family>Brandt</family><given>Jonas</given><born>1980-01-01</born></patient>\n", "</all>"),
            _ => Repeat("mrn,family,given,born,address\n", "4711,Brandt,Jonas,1980-01-01,\"Street 5, North\"\n", ""),
        };
        _part = _splitter.Split(_batch).Skip(1).First().Content.ToArray();
    }

    /// <summary>The whole batch.</summary>
    [Benchmark]
    public int Split()
    {
        var parts = 0;
        foreach (var part in _splitter.Split(_batch))
        {
            parts += part.Problem is null ? 1 : throw new InvalidOperationException(part.Problem);
        }

        return parts;
    }

    /// <summary>One part, as scripts see it.</summary>
    [Benchmark]
    public object Read() => _codec.Model switch
    {
        MessageModel.Tree => _codec.Parse(_part),
        MessageModel.Json => _codec.ReadJson(_part),
        _ => _codec.Decode(_part),
    };

    private static byte[] Repeat(string head, string row, string tail)
    {
        var text = new StringBuilder(Size + head.Length + row.Length + tail.Length).Append(head);
        while (text.Length < Size)
        {
            text.Append(row);
        }

        return Encoding.UTF8.GetBytes(text.Append(tail).ToString());
    }
}
