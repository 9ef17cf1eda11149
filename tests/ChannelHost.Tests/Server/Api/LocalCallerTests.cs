using System.Net;
using ChannelHost.Server.Api;
using Microsoft.AspNetCore.Http;

namespace ChannelHost.Tests.Server.Api;

/// <summary>Who sits at this machine.</summary>
public sealed class LocalCallerTests
{
    [Theory]
    [InlineData("127.0.0.1", "localhost:8085", true)]
    [InlineData("::1", "[::1]:8085", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "evil.example", false)]
    [InlineData("127.0.0.1", "localhost.evil.example", false)]
    [InlineData("192.0.2.7", "localhost:8085", false)]
    [InlineData("192.0.2.7", "127.0.0.1:8085", false)]
    [InlineData(null, "localhost", false)]
    public void Caller_MustComeFromThisMachineAndAskForItByItsOwnName(string? address, string host, bool isLocal)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        context.Request.Host = new HostString(host);

        Assert.Equal(isLocal, LocalCaller.Is(context));
    }
}
