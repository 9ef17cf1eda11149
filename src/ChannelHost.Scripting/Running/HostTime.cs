using System.Globalization;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>Gives scripts the host's clock and time zone for <c>new Date()</c>.</summary>
internal sealed class HostTime(TimeProvider time) : DefaultTimeSystem(time.LocalTimeZone, CultureInfo.InvariantCulture)
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
}
