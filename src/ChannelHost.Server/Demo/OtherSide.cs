using System.Net;
using ChannelHost.Server.Demo.StandIns;

namespace ChannelHost.Server.Demo;

/// <summary>
/// The clinic's partners in a demo. Each listens where the configuration says that the real one is (<c>config/demo.yaml</c>), so that there is one place
/// that knows. An address that is not on loopback is somebody's real system: nobody stands in for it.
/// </summary>
internal sealed class OtherSide : IAsyncDisposable
{
    private const string EhrKey = "clinic.ehr";
    private const string SchedulingKey = "clinic.scheduling";
    private const string SftpServerKey = "clinic.sftp.server";

    private readonly List<IStandIn> _all = [];
    private SftpStandIn? _sftp;

    /// <summary>All that are there.</summary>
    public IReadOnlyList<IStandIn> All => _all;

    /// <summary>Where the practice puts its lists of patients; null when there is no SFTP server.</summary>
    public string? PatientLists => _sftp?.PatientLists;

    /// <summary>Starts them. One that cannot start is there all the same and says why.</summary>
    public static async Task<OtherSide> StartAsync(
        DemoSettings settings, IReadOnlyDictionary<string, string> configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        var side = new OtherSide();
        if (Loopback(configuration.GetValueOrDefault(EhrKey)) is { } ehr)
        {
            side._all.Add(new MllpStandIn("record system", ehr, new Moods(settings.WithFaults, settings.Seed + 1, TimeSpan.FromSeconds(20), time), time));
        }

        if (Uri.TryCreate(configuration.GetValueOrDefault(SchedulingKey), UriKind.Absolute, out var scheduling) && scheduling.IsLoopback)
        {
            var moods = new Moods(settings.WithFaults, settings.Seed + 2, TimeSpan.FromSeconds(40), time);
            side._all.Add(await HttpStandIn.StartAsync("scheduling service", scheduling.GetLeftPart(UriPartial.Authority), moods, time, cancellationToken));
        }

        if (Loopback(configuration.GetValueOrDefault(SftpServerKey)) is { } server)
        {
            side._sftp = await SftpStandIn.StartAsync("practice's SFTP", server.Port, settings.Folder, DemoSurroundings.KeysIn(settings.Folder), time, cancellationToken);
            side._all.Add(side._sftp);
        }

        return side;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var standIn in _all)
        {
            await standIn.DisposeAsync();
        }
    }

    private static IPEndPoint? Loopback(string? address) =>
        IPEndPoint.TryParse(address ?? "", out var listener) && IPAddress.IsLoopback(listener.Address) && listener.Port > 0 ? listener : null;
}
