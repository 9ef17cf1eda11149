namespace ChannelHost.Server.Demo.StandIns;

/// <summary>How a stand-in treats one message.</summary>
internal enum Mood
{
    /// <summary>It takes it at once.</summary>
    Well,

    /// <summary>It takes it after a pause.</summary>
    Slow,

    /// <summary>It turns it down.</summary>
    Refusing,
}

/// <summary>
/// The weaknesses of a partner: now and then it is slow, now and then it refuses, and once a minute it is down for some seconds, so that queues are seen
/// growing and emptying. Safe for use by many threads.
/// </summary>
internal sealed class Moods
{
    /// <summary>How long a slow answer takes.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    /// <summary>From one time that it is down to the next.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(60);

    /// <summary>How long it is down.</summary>
    public static readonly TimeSpan Down = TimeSpan.FromSeconds(8);

    private const int SlowEvery = 30;
    private const int RefusesEvery = 80;

    private readonly Lock _gate = new();
    private readonly bool _areOn;
    private readonly Random _chance;
    private readonly TimeProvider _time;
    private readonly long _founded;
    private readonly TimeSpan _firstDown;

    /// <summary>A partner's weaknesses.</summary>
    /// <param name="areOn">False: it has none.</param>
    /// <param name="seed">Which message meets which.</param>
    /// <param name="firstDown">When it is down for the first time, from now.</param>
    /// <param name="time">The clock.</param>
    public Moods(bool areOn, int seed, TimeSpan firstDown, TimeProvider time)
    {
        (_areOn, _chance, _time, _founded, _firstDown) = (areOn, new Random(seed), time, time.GetTimestamp(), firstDown);
    }

    /// <summary>True while the partner is down.</summary>
    public bool IsDown
    {
        get
        {
            var since = _time.GetElapsedTime(_founded) - _firstDown;
            return _areOn && since >= TimeSpan.Zero && since.Ticks % Period.Ticks < Down.Ticks;
        }
    }

    /// <summary>How the next message is treated while the partner is up.</summary>
    public Mood Next()
    {
        if (!_areOn)
        {
            return Mood.Well;
        }

        lock (_gate)
        {
            return _chance.Next(SlowEvery) == 0 ? Mood.Slow : _chance.Next(RefusesEvery) == 0 ? Mood.Refusing : Mood.Well;
        }
    }
}
