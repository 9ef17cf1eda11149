using ChannelHost.Engine.Cases;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Pipeline;
using ChannelHost.Engine.Sources;
using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Engine;

/// <summary>A part of a batch has no sender whose patience ends: whatever it waits for must end when its channel does.</summary>
public sealed class ClosingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PartThatWaitsForAPlace_IsSentAwayWhenTheChannelCloses()
    {
        var intake = new Intake(1);
        await intake.EnterAsync(Token);
        var waiting = intake.EnterAsync(CancellationToken.None).AsTask();

        intake.Close();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task PartThatWaitsForThoseAnsweredOnReceipt_EndsAlsoWhenItComesAfterTheStop()
    {
        await using var fixture = new EngineFixture();
        await fixture.DeployAsync(fixture.Channel());
        await using var backlog = new ReceivedBacklog("test/one", fixture.Store(), () => throw new InvalidOperationException(), TimeProvider.System, NullLogger.Instance);
        var before = backlog.WhenDoneAsync(CancellationToken.None);
        await backlog.StopAsync();

        var after = backlog.WhenDoneAsync(CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => before.WaitAsync(TimeSpan.FromSeconds(10), Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => after.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    /// <summary>Its scripts ran while the lane was closed: it takes its place in a line that moves no more.</summary>
    [Fact]
    public async Task DeliveryThatComesAfterTheLaneWasClosed_IsCutOff()
    {
        await using var fixture = new EngineFixture();
        var definition = fixture.Destination("ehr", new CollectingDestination());
        await fixture.DeployAsync(fixture.Channel(definition));
        await using var lane = Lane(fixture, definition);
        await lane.StopAsync(new CancellationToken(canceled: true));

        var late = lane.DeliverAsync(new DestinationWork { MessageId = 1, Content = default, Attempts = 0 }, new MessageMaps(), lane.TakeTurn(0));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    private static DestinationLane Lane(EngineFixture fixture, DestinationDefinition definition)
    {
        var destination = ((CollectOptions)definition.Options).Destination;
        var codec = definition.DataType.DataType.CreateCodec(definition.DataType.Options);
        var logger = NullLogger.Instance;
        var store = fixture.Store();
        return new DestinationLane(
            "test/one",
            definition,
            destination,
            new DestinationSender("test/one", definition.Name, destination, codec, null, null!, 1, (_, _, _) => null!, null!, logger),
            store,
            new PartnerPauses("test/one", new CaseState(new Dictionary<string, object?>()), TimeProvider.System, logger),
            new ResentMessages("test/one", new CaseState(new Dictionary<string, object?>()), TimeProvider.System, logger),
            new DeliveryLeases(new CaseState(new Dictionary<string, object?>())),
            new OrderEras(store, new CaseState(new Dictionary<string, object?>())),
            new OutcomeRecorder("test/one", store, null!, TimeProvider.System, logger, CancellationToken.None),
            new ChannelFigures(),
            TimeProvider.System,
            logger);
    }
}
