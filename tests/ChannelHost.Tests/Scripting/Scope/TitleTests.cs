using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Scope;

/// <summary>Scripts that say the titles of channels and destinations, as they did where they come from.</summary>
public class TitleTests
{
    private static readonly Func<ScriptEnvironment, ScriptEnvironment> Titled = environment => environment with
    {
        ChannelTitle = "ADT to EHR",
        DestinationTitles = new Dictionary<string, string> { ["Destination 2"] = "To the EHR" },
    };

    [Theory]
    [InlineData(Compatibility.Mirth, "ADT to EHR/To the EHR/To the EHR")]
    [InlineData(Compatibility.None, "clinic/test/Destination 2/Destination 2")]
    public void OnlyImportedScripts_ReadTitlesAsNames(Compatibility compatibility, string expected)
    {
        var scope = MirthBench.Scope(connector: 2);

        Assert.Equal(expected, new MirthBench(Titled, compatibility).Text("channelName + '/' + connector + '/' + connectorMessage.getConnectorName()", scope));
    }

    [Fact]
    public void AnswerOfADestination_IsFoundByItsTitle()
    {
        var scope = MirthBench.Scope(connector: 1);
        scope.Maps.Response.Put("d2", "kept");

        Assert.Equal("kept kept kept", new MirthBench(Titled).Text("[$r('To the EHR'), $r('Destination 2'), responseMap.get('d2')].join(' ')", scope));
    }

    [Fact]
    public void DestinationSet_TakesTitles()
    {
        var scope = MirthBench.Scope();

        new MirthBench(Titled).Out("destinationSet.remove(['To the EHR']);", ScriptKind.Transformer, scope);

        Assert.Equal(["Destination 1"], scope.Destinations!.Left);
    }
}
