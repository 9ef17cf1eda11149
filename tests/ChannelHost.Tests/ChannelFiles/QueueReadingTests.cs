namespace ChannelHost.Tests.ChannelFiles;

/// <summary>What <c>queue:</c> says, and what it cannot say.</summary>
public sealed class QueueReadingTests : IDisposable
{
    private readonly Folders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public void AllSettings_AreRead()
    {
        var queue = Read("mode: always, lanes: 8, key: \"${mrn}\", retry: { attempts: 20, delay: 1s, maximum: 5m, jitter: full, maximumAge: 2d }, onGiveUp: dead-letter, breaker: { failures: 3 }, maximumRate: 600/min");

        Assert.Equal((QueueMode.Always, 8, "${mrn}", GiveUp.DeadLetter), (queue.Mode, queue.Lanes, queue.Key!.Source, queue.OnGiveUp));
        Assert.Equal((20, RetryJitter.Full, TimeSpan.FromDays(2)), (queue.Attempts, queue.Jitter, queue.MaximumAge));
        Assert.Equal((3, TimeSpan.FromSeconds(30), 10.0), (queue.Breaker!.Failures, queue.Breaker.OpenFor, queue.MaximumRate));
        Assert.False(queue.IsStrict);
    }

    [Fact]
    public void NothingSaid_IsOneLaneInStrictOrderWithoutLimits()
    {
        var queue = Read("mode: always");

        Assert.True(queue.IsStrict);
        Assert.Equal((GiveUp.Error, null, null, null), (queue.OnGiveUp, queue.Breaker, queue.MaximumRate, queue.MaximumAge));
    }

    [Fact]
    public void KeyOfAScript_IsRead()
    {
        _folders.Write("clinic/registration/key.js", "return msg['PID']['PID.3']['PID.3.1'].toString();\n");

        var queue = Read("mode: always, key: { script: key.js }");

        Assert.Null(queue.Key);
        Assert.StartsWith("return msg", queue.KeyScript!.Text, StringComparison.Ordinal);
        Assert.True(queue.HasKey);
    }

    [Theory]
    [InlineData("lanes: 0", "queue.lanes")]
    [InlineData("lanes: 65", "queue.lanes")]
    [InlineData("key: { file: key.js }", "queue.key")]
    [InlineData("key: []", "queue.key")]
    [InlineData("maximumRate: 50", "queue.maximumRate")]
    [InlineData("maximumRate: 0/s", "queue.maximumRate")]
    [InlineData("maximumRate: -1/s", "queue.maximumRate")]
    [InlineData("maximumRate: 5/day", "queue.maximumRate")]
    [InlineData("onGiveUp: forget", "queue.onGiveUp")]
    [InlineData("breaker: { failures: 0 }", "queue.breaker.failures")]
    [InlineData("retry: { jitter: none }", "queue.retry.jitter")]
    public void WhatCannotBe_IsAProblemAtItsPlace(string setting, string field)
    {
        var problem = Assert.Single(_folders.ReadOne(Channel(setting)).Problems);

        Assert.Equal($"destinations[0].{field}", problem.Field);
    }

    private QueueSettings Read(string settings) => Folders.Good(_folders.ReadOne(Channel(settings))).Destinations[0].Queue;

    private static string Channel(string settings) =>
        $"source: {{ type: sample, listen: 127.0.0.1:1 }}\ndestinations:\n  - {{ name: one, type: sample, folder: out, queue: {{ {settings} }} }}\n";
}
