using System.Text;
using ChannelHost.Server.Bench.Suite;

namespace ChannelHost.Tests.Server.Bench;

public sealed class SuiteTests
{
    [Fact]
    public void Messages_HaveTheSizesThatTheAimsNameAndRoomForAControlId()
    {
        Assert.InRange(SuiteMessages.Adt().Length, 950, 1_100);
        Assert.InRange(SuiteMessages.Oru().Length, 3_000, 4_096);
        Assert.Equal(2_048, SuiteMessages.File(7).Length);
        Assert.Equal(20, Encoding.ASCII.GetString(SuiteMessages.Oru()).Split("\rOBX|").Length - 1);
        Assert.Contains("|BENCH00000000000000|", Encoding.ASCII.GetString(SuiteMessages.Adt()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7_999, false)]
    [InlineData(8_000, true)]
    public void Rate_IsJudgedByItsAim(int messages, bool isMet)
    {
        var lines = new SuiteLines();

        lines.Rate("mllp-none", "MLLP", 8_000, Load(messages), "");

        Assert.Equal((isMet ? SuiteVerdict.Met : SuiteVerdict.Missed, (double?)messages), (lines.All.Single().Verdict, lines.All.Single().Value));
    }

    [Theory]
    [InlineData(1_000, 1_400, true)]
    [InlineData(1_000, 1_500, false)]
    public void OneConnection_IsJudgedByTheDiskBesideIt(int messages, int syncs, bool isMet)
    {
        var lines = new SuiteLines();

        lines.Share(Load(messages), syncs, 50_000);

        Assert.Equal(isMet ? SuiteVerdict.Met : SuiteVerdict.Missed, lines.All.Single().Verdict);
    }

    [Fact]
    public void CostsOfAMessage_AreTheHostsOverTheMessagesAnswered()
    {
        var lines = new SuiteLines();

        lines.Cpu("cpu", "CPU", 0.20, Load(1_000) with { CpuSeconds = 0.25 }, "");
        lines.Allocation("allocation", "Allocated", 1_000, Load(1_000) with { AllocatedBytes = 24_000_000 });
        lines.P99(Load(1_000) with { P99Milliseconds = 0.6 }, 0.2, 0.5);
        lines.NotMeasured("sftp", "SFTP", "300 files/s", "sshd is not installed");

        (double?, SuiteVerdict)[] expected = [(0.25, SuiteVerdict.Missed), (24, SuiteVerdict.Met), (3, SuiteVerdict.Met), (null, SuiteVerdict.NotMeasured)];
        Assert.Equal(expected, lines.All.Select(line => (line.Value, line.Verdict)).ToArray());
    }

    private static LoadResult Load(int messages) => new(messages, 0, 1, 0.5, 1, 0.1, 1_000_000, 5_000, 10, 0.01);
}
