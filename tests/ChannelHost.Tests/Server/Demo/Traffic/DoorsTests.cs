using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Demo.Traffic;

namespace ChannelHost.Tests.Server.Demo.Traffic;

public sealed class DoorsTests
{
    [Theory]
    [InlineData("tcp:127.0.0.1:6661", "127.0.0.1:6661")]
    [InlineData("tcp:0.0.0.0:6661", "127.0.0.1:6661")]
    [InlineData("tcp:[::]:6661", "127.0.0.1:6661")]
    [InlineData("folder:/in/*.hl7", null)]
    public void Listener_IsWhereThisMachineReachesIt(string resource, string? expected) =>
        Assert.Equal(expected, Doors(ChannelCondition.Running, resource).Listener(TrafficLine.Registrations)?.ToString());

    [Fact]
    public void Url_IsAddressAndPathOfThePost() => Assert.Equal(
        new Uri("http://127.0.0.1:6680/intake/forms"), Doors(ChannelCondition.Running, "http:127.0.0.1:6680 POST /intake/forms").Url(TrafficLine.Forms));

    [Theory]
    [InlineData(ChannelCondition.Running, true)]
    [InlineData(ChannelCondition.Waiting, true)]
    [InlineData(ChannelCondition.Disabled, false)]
    [InlineData(ChannelCondition.Failed, false)]
    public void Line_IsOpenWhileItsChannelCanTakeSomething(ChannelCondition condition, bool expected) =>
        Assert.Equal(expected, Doors(condition, "tcp:127.0.0.1:1").IsOpen(TrafficLine.Registrations));

    [Fact]
    public void PatientLists_NeedAnSftpServer()
    {
        var doors = Doors(ChannelCondition.Running, "sftp");

        Assert.False(doors.IsOpen(TrafficLine.PatientLists));
        Assert.Null(doors.Folder(TrafficLine.PatientLists));
    }

    private static Doors Doors(ChannelCondition condition, string resource) => new(
        name => new ChannelStatus
        {
            Name = name,
            Condition = condition,
            Resources = [resource],
            Figures = new ChannelFiguresSnapshot(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new Dictionary<string, long>()),
        },
        patientLists: null);
}
