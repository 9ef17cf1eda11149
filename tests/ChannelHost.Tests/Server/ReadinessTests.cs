using ChannelHost.Server.Hosting;

namespace ChannelHost.Tests.Server;

public sealed class ReadinessTests
{
    private readonly Readiness _readiness = new();

    [Fact]
    public void WhileChannelsAreDeployed_TheReasonSaysHowFarItIs()
    {
        Assert.Equal("the channels folder is being read", _readiness.Reason());

        _readiness.Begin(3);
        _readiness.Count();

        Assert.Equal("1 of 3 channels deployed", _readiness.Reason());
        Assert.False(_readiness.WhenReady.IsCompleted);
    }

    [Fact]
    public void AfterTheFirstRound_ItIsReadyUntilTheHostStops()
    {
        _readiness.Begin(0);
        _readiness.Complete();

        Assert.Null(_readiness.Reason());
        Assert.True(_readiness.WhenReady.IsCompletedSuccessfully);

        _readiness.Stop();

        Assert.Equal("the host is stopping", _readiness.Reason());
    }
}
