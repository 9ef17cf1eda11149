using ChannelHost.Server.Demo.StandIns;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Server.Demo.StandIns;

public sealed class MoodsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Partner_IsDownOnceAMinuteForSomeSeconds()
    {
        var moods = new Moods(areOn: true, seed: 1, TimeSpan.FromSeconds(20), _clock);
        var down = new List<int>();

        for (var second = 0; second < 120; second++, _clock.Advance(TimeSpan.FromSeconds(1)))
        {
            if (moods.IsDown)
            {
                down.Add(second);
            }
        }

        Assert.Equal([.. Enumerable.Range(20, 8), .. Enumerable.Range(80, 8)], down);
    }

    [Fact]
    public void WhileUp_MostMessagesAreTakenWell()
    {
        var moods = new Moods(areOn: true, seed: 1, TimeSpan.FromSeconds(20), _clock);

        var met = Enumerable.Range(0, 2_000).Select(_ => moods.Next()).CountBy(mood => mood).ToDictionary();

        Assert.InRange(met[Mood.Well], 1_800, 1_970);
        Assert.InRange(met[Mood.Slow], 20, 120);
        Assert.InRange(met[Mood.Refusing], 5, 60);
    }

    [Fact]
    public void WithoutFaults_ItIsAlwaysWell()
    {
        var moods = new Moods(areOn: false, seed: 1, TimeSpan.Zero, _clock);

        Assert.False(moods.IsDown);
        Assert.All(Enumerable.Range(0, 500), _ => Assert.Equal(Mood.Well, moods.Next()));
    }
}
