using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using ChannelHost.Abstractions;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Testing.Network;

namespace ChannelHost.Benchmarks.Connectors;

/// <summary>What a message costs on its way in and out over MLLP, store and scripts left out. Budget: 5 us in, 25 us out (docs: the budget of a message).</summary>
[MemoryDiagnoser]
public class MllpBenchmarks : IAsyncDisposable
{
    private const int Burst = 1000;

    private readonly byte[] _content = new byte[1024];
    private byte[] _burst = [];
    private byte[] _answers = [];
    private MllpSource? _source;
    private MllpClient? _client;
    private Socket? _sender;
    private readonly MllpFrameReader _reader = new();

    [GlobalSetup]
    public async Task SetupAsync()
    {
        Array.Fill(_content, (byte)'x');
        var frame = Mllp.Frame(_content);
        _burst = [.. Enumerable.Repeat(frame, Burst).SelectMany(bytes => bytes)];
        var context = BenchContext.Create();
        _source = new MllpSource(new MllpSourceOptions { Listen = "127.0.0.1:0" }, context);
        await _source.StartAsync(new AnsweringReceiver(), CancellationToken.None);
        var port = _source.LocalEndPoint!.Port;
        _client = await MllpClient.ConnectAsync("127.0.0.1", port, new MllpClientOptions(), CancellationToken.None);
        _sender = await Mllp.ConnectAsync(_source.LocalEndPoint, CancellationToken.None);
        _answers = new byte[Burst * (AnsweringReceiver.Answer.Length + 3)];
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _sender!.Dispose();
        await _client!.DisposeAsync();
        await _source!.DisposeAsync();
        _reader.Dispose();
    }

    /// <summary>There and back: the client sends, the source answers.</summary>
    [Benchmark]
    public async Task<int> ExchangeAsync() => (await _client!.ExchangeAsync(_content, CancellationToken.None)).Length;

    /// <summary>A sender that does not wait: mostly the source's own work.</summary>
    [Benchmark(OperationsPerInvoke = Burst)]
    public async Task ReceiveBurstAsync()
    {
        var sending = Mllp.SendAsync(_sender!, _burst, CancellationToken.None);
        for (var got = 0; got < _answers.Length;)
        {
            got += await _sender!.ReceiveAsync(_answers.AsMemory(got));
        }

        await sending;
    }

    /// <summary>Finding a frame in bytes that have arrived.</summary>
    [Benchmark(OperationsPerInvoke = Burst)]
    public int FindFrames()
    {
        var found = 0;
        for (var at = 0; at < _burst.Length;)
        {
            var space = _reader.Space().Span;
            var count = Math.Min(space.Length, _burst.Length - at);
            _burst.AsSpan(at, count).CopyTo(space);
            _reader.Added(count);
            at += count;
            while (_reader.Next(1 << 20, startIsContent: false, out _) == MllpStep.Frame)
            {
                found++;
            }
        }

        return found;
    }

    private sealed class AnsweringReceiver : IMessageReceiver
    {
        public static readonly byte[] Answer = new byte[120];

        public ValueTask<SourceResponse> ReceiveAsync(IncomingMessage message, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new SourceResponse(1, true, MessageStatus.Sent, Answer, null));

        public bool IsTaken(string onceKey) => false;

        public ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, string reason) => null;
    }
}
