using System.Net;
using ChannelHost.Engine.Deployment;

namespace ChannelHost.Server.Demo.Traffic;

/// <summary>
/// Where partners reach the channels at this moment, from what the host says of itself: an address that somebody changes in a channel.yaml counts from
/// the next message on. A line whose channel is not there, is disabled or has no version that runs is closed: nobody sends to it.
/// </summary>
/// <param name="statusOf">The status of a channel; null when there is none.</param>
/// <param name="patientLists">Where the practice puts its lists of patients; null when there is no SFTP server.</param>
internal sealed class Doors(Func<string, ChannelStatus?> statusOf, string? patientLists)
{
    /// <summary>The channel that takes what comes by a line.</summary>
    public static string ChannelOf(TrafficLine line) => line switch
    {
        TrafficLine.Registrations => "clinic/registration",
        TrafficLine.LabResults => "clinic/lab-results",
        TrafficLine.Charges => "clinic/charges",
        TrafficLine.Appointments => "clinic/appointments",
        TrafficLine.Forms => "clinic/intake-forms",
        TrafficLine.PatientLists => "clinic/patients-import",
        _ => "clinic/results-out",
    };

    /// <summary>True when the channel is there to take something.</summary>
    public bool IsOpen(TrafficLine line) =>
        Status(line) is { Condition: ChannelCondition.Running or ChannelCondition.Waiting } && (line != TrafficLine.PatientLists || patientLists is not null);

    /// <summary>The MLLP listener of a line; null when its channel has none.</summary>
    public IPEndPoint? Listener(TrafficLine line) => Resource(line, "tcp:") is { } address && IPEndPoint.TryParse(address, out var listener) ? Reachable(listener) : null;

    /// <summary>The folder of a line; null when it has none.</summary>
    public string? Folder(TrafficLine line) => line == TrafficLine.PatientLists ? patientLists : Path.GetDirectoryName(Resource(line, "folder:"));

    /// <summary>The address for HTTP of a line; null when its channel has none.</summary>
    public Uri? Url(TrafficLine line)
    {
        return Resource(line, "http:")?.Split(' ') is [var address, _, var path] && IPEndPoint.TryParse(address, out var listener)
            ? new Uri($"http://{Reachable(listener)}{path}")
            : null;
    }

    private ChannelStatus? Status(TrafficLine line) => statusOf(ChannelOf(line));

    private string? Resource(TrafficLine line, string prefix) =>
        Status(line)?.Resources.FirstOrDefault(resource => resource.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];

    // Listening on every address includes this machine's own.
    private static IPEndPoint Reachable(IPEndPoint listener) =>
        listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Loopback, listener.Port) : listener;
}
