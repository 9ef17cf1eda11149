using ChannelHost.Server;
using ChannelHost.Server.Cases;
using ChannelHost.Tests.Architecture;

namespace ChannelHost.Tests.Server.Cases;

/// <summary>The channels that come with the house carry cases, and give what those expect.</summary>
public sealed class ShippedCaseTests
{
    private static readonly string Channels = Path.Combine(House.Root, "channels");

    [Fact]
    public async Task EveryShippedChannel_GivesWhatItsCasesExpect()
    {
        var readings = HostSetup.OpenChannels(Channels, Path.Combine(Path.GetTempPath(), "channelhost-no-data")).ReadAll();

        var suites = await new CaseSuite(HostSetup.CreateCaseRunner(), HostSetup.OpenCases(Channels)).RunAsync(readings, null, null, TestContext.Current.CancellationToken);

        Assert.All(suites, suite => Assert.True(suite.Channel.Definition is not null, string.Join('\n', suite.Channel.Problems)));
        Assert.All(suites, suite => Assert.True(suite.Runs.Count > 0, $"{suite.Channel.Name} has no cases"));
        Assert.All(suites.SelectMany(suite => suite.Runs), run => Assert.True(run.Passed, $"{run.Reading.File}: {Told(run)}"));
    }

    private static string Told(CaseRun run) => string.Join('\n', run.Result?.Differences.Select(CaseText.WithoutContent) ?? run.Reading.Problems.Select(problem => problem.ToString()));
}
