using ChannelHost.Storage.Pruning;

namespace ChannelHost.Tests.Storage.Pruning;

public sealed class PruningRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly StoreSettings Settings = new()
    {
        Retention = TimeSpan.FromDays(30),
        RetentionByStatus = new Dictionary<MessageStatus, TimeSpan>
        {
            [MessageStatus.Error] = TimeSpan.FromDays(90),
            [MessageStatus.Filtered] = TimeSpan.FromDays(2),
            [MessageStatus.DeadLetter] = TimeSpan.FromDays(365),
        },
        ContentRetention = TimeSpan.FromDays(7),
    };

    [Theory]
    [InlineData(6, MessageStatus.Transformed, new[] { MessageStatus.Sent }, "Stays")]
    [InlineData(8, MessageStatus.Transformed, new[] { MessageStatus.Sent }, "LosesContent")]
    [InlineData(29, MessageStatus.Transformed, new[] { MessageStatus.Sent }, "LosesContent")]
    [InlineData(31, MessageStatus.Transformed, new[] { MessageStatus.Sent }, "Goes")]
    [InlineData(31, MessageStatus.Transformed, new MessageStatus[0], "Goes")]
    [InlineData(3, MessageStatus.Filtered, new MessageStatus[0], "Goes")]
    [InlineData(3, MessageStatus.Transformed, new[] { MessageStatus.Filtered }, "Goes")]
    [InlineData(3, MessageStatus.Transformed, new[] { MessageStatus.Filtered, MessageStatus.Sent }, "Stays")]
    [InlineData(89, MessageStatus.Transformed, new[] { MessageStatus.Sent, MessageStatus.Error }, "LosesContent")]
    [InlineData(91, MessageStatus.Transformed, new[] { MessageStatus.Sent, MessageStatus.Error }, "Goes")]
    [InlineData(91, MessageStatus.Error, new MessageStatus[0], "Goes")]
    [InlineData(364, MessageStatus.Transformed, new[] { MessageStatus.DeadLetter, MessageStatus.Sent }, "Stays")]
    [InlineData(366, MessageStatus.Transformed, new[] { MessageStatus.DeadLetter, MessageStatus.Sent }, "Goes")]
    [InlineData(9_000, MessageStatus.Received, new MessageStatus[0], "Stays")]
    [InlineData(9_000, MessageStatus.Transformed, new[] { MessageStatus.Sent, MessageStatus.Queued }, "Stays")]
    [InlineData(9_000, MessageStatus.Transformed, new[] { MessageStatus.Pending }, "Stays")]
    public void MessageOfAnAge_IsJudgedByItsEnds(int days, MessageStatus source, MessageStatus[] destinations, string verdict)
    {
        var rules = new PruningRules(Settings, Now);

        Assert.Equal(verdict, rules.Judge(Now.AddDays(-days).UtcTicks, source, destinations).ToString());
    }

    [Fact]
    public void OnlyOneStatusHasATime_OthersStayForEver()
    {
        var rules = new PruningRules(new StoreSettings { RetentionByStatus = new Dictionary<MessageStatus, TimeSpan> { [MessageStatus.Filtered] = TimeSpan.FromDays(1) } }, Now);

        Assert.Equal(PruningVerdict.Goes, rules.Judge(Now.AddDays(-2).UtcTicks, MessageStatus.Filtered, []));
        Assert.Equal(PruningVerdict.Stays, rules.Judge(0, MessageStatus.Transformed, [MessageStatus.Sent, MessageStatus.Filtered]));
        Assert.Equal(PruningVerdict.Stays, rules.Judge(0, MessageStatus.Error, []));
    }

    [Fact]
    public void DeadLetter_IsNotCountedAgainstTheMaximum()
    {
        Assert.False(PruningRules.IsCounted(MessageStatus.Transformed, [MessageStatus.Sent, MessageStatus.DeadLetter]));
        Assert.False(PruningRules.IsCounted(MessageStatus.Transformed, [MessageStatus.Queued]));
        Assert.True(PruningRules.IsCounted(MessageStatus.Transformed, [MessageStatus.Sent, MessageStatus.Error]));
    }
}
