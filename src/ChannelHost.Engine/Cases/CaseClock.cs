namespace ChannelHost.Engine.Cases;

/// <summary>A clock that stands still. Its zone is the case's own, so that a case gives the same on every machine.</summary>
internal sealed class CaseClock(DateTimeOffset now, TimeZoneInfo zone) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => zone;

    public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
}
