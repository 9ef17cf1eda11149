using ChannelHost.Server.Demo.Traffic;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Server.Demo.Traffic;

public sealed class PartnerTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly TrafficFigures _figures = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoAnswer_IsSentAgainAfterAPause_BeforeAnythingElse()
    {
        var sender = new ScriptedSender(LineAnswer.None, LineAnswer.Positive, LineAnswer.Negative);
        await using var partner = new Partner(sender, _figures, _clock);
        using var stop = new CancellationTokenSource();
        partner.Give(Item(1));
        partner.Give(Item(2));

        var running = partner.RunAsync(stop.Token, Token);
        await sender.Sent(1, Token);
        while (sender.Count < 3)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal([1, 1, 2], sender.Numbers);
        Assert.Equal(new TrafficCounts(1, 1, 1, 0), _figures.Counts);
    }

    [Fact]
    public async Task FullQueue_LeavesOutAndCounts()
    {
        await using var partner = new Partner(new ScriptedSender(), _figures, _clock);

        for (var number = 1; number <= 60; number++)
        {
            partner.Give(Item(number));
        }

        Assert.Equal(10, _figures.Counts.LeftOut);
    }

    private static TrafficItem Item(long number) => new(TrafficLine.Registrations, number, default);

    /// <summary>Answers as it is told.</summary>
    private sealed class ScriptedSender(params LineAnswer[] answers) : ILineSender
    {
        private readonly List<long> _numbers = [];
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count
        {
            get
            {
                lock (_numbers)
                {
                    return _numbers.Count;
                }
            }
        }

        public IReadOnlyList<long> Numbers => _numbers;

        public Task Sent(int number, CancellationToken cancellationToken) => number == 1 ? _first.Task.WaitAsync(cancellationToken) : throw new NotSupportedException();

        public Task<LineAnswer> SendAsync(TrafficItem item, CancellationToken cancellationToken)
        {
            lock (_numbers)
            {
                _numbers.Add(item.Number);
                _first.TrySetResult();
                return Task.FromResult(answers[_numbers.Count - 1]);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
