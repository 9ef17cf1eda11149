using ChannelHost.Connectors.Mllp;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Tests.Connectors.Text;

public sealed class HostPortTests
{
    [Theory]
    [InlineData("127.0.0.1:6661", "127.0.0.1", 6661)]
    [InlineData("lab.example.org:1", "lab.example.org", 1)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("*:0", "*", 0)]
    public void Address_IsReadAndWrittenBack(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, out var value));
        Assert.Equal((host, port), (value.Host, value.Port));
        Assert.Equal(text, value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("6661")]
    [InlineData(":6661")]
    [InlineData("host:")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:66 61")]
    [InlineData("::1:6661")]
    [InlineData("http://host:80")]
    [InlineData("two words:80")]
    [InlineData("[]:80")]
    public void NoAddress_IsAProblemThatSaysWhatIsWanted(string text)
    {
        Assert.False(HostPort.TryParse(text, out _));
        var problem = Assert.Single(new MllpConnector().Validate(new MllpSourceOptions { Listen = text }));
        Assert.Equal("listen", problem.Option);
        Assert.Contains("host:port", problem.Wanted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*:6661")]
    [InlineData("host:0")]
    public void PartnerThatIsNoPartner_IsAProblem(string text) =>
        Assert.Equal("connect", Assert.Single(new MllpConnector().Validate(new MllpDestinationOptions { Connect = text })).Option);

    [Fact]
    public void ListeningPort_IsTheChannelsOwn()
    {
        Assert.Equal(["tcp:127.0.0.1:6661"], new MllpConnector().ExclusiveResources(new MllpSourceOptions { Listen = "127.0.0.1:6661" }));
        Assert.Empty(new MllpConnector().ExclusiveResources(new MllpSourceOptions { Listen = "127.0.0.1:0" }));
    }
}
