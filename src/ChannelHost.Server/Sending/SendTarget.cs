using System.Globalization;

namespace ChannelHost.Server.Sending;

/// <summary>Where messages of <c>send</c> go: an MLLP listener, or a folder that a channel watches.</summary>
/// <param name="Name">How the target was named.</param>
/// <param name="Host">The listener's host; null for a folder.</param>
/// <param name="Port">The listener's port.</param>
/// <param name="Folder">The watched folder; null for a listener.</param>
/// <param name="Samples">Where the channel's own samples are; null when there are none.</param>
internal sealed record SendTarget(string Name, string? Host, int Port, string? Folder, string? Samples)
{
    private const string Scheme = "mllp://";

    private static readonly string[] SampleFolders = ["samples", "cases"];

    /// <summary>
    /// Finds what a name on the command line means: <c>mllp://HOST:PORT</c>, a channel (<c>clinic/registration</c>) or a group (<c>clinic</c>: each of its channels).
    /// </summary>
    /// <exception cref="CommandFailure">It means nothing.</exception>
    public static IReadOnlyList<SendTarget> Resolve(string name, string channelsFolder, string dataFolder, string? environment = null)
    {
        if (name.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return [OfAddress(name)];
        }

        var folder = CommonFolder(name, channelsFolder);
        var readings = HostSetup.OpenChannels(channelsFolder, dataFolder, environment).ReadAll(folder);
        var isGroup = !File.Exists(Path.Combine(folder, "channel.yaml"));
        var targets = readings.Select(reading => OfChannel(reading, channelsFolder, skipOthers: isGroup)).OfType<SendTarget>().ToList();
        return targets.Count > 0
            ? targets
            : throw new CommandFailure(ExitCode.Usage, $"{name} has no channel that listens on MLLP or watches a folder");
    }

    private static SendTarget OfAddress(string name)
    {
        var colon = name.LastIndexOf(':');
        var host = colon > Scheme.Length ? name[Scheme.Length..colon].Trim('[', ']') : "";
        return host.Length > 0 && TryPort(name[(colon + 1)..], out var port)
            ? new SendTarget(name, host, port, null, null)
            : throw new CommandFailure(ExitCode.Usage, $"'{name}' is no address of the form mllp://127.0.0.1:6661");
    }

    private static string CommonFolder(string name, string channelsFolder)
    {
        var root = Path.GetFullPath(channelsFolder);
        var folder = Path.GetFullPath(Path.Combine(root, name));
        return folder.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && Directory.Exists(folder)
            ? folder
            : throw new CommandFailure(ExitCode.Usage, $"there is no channel or group '{name}' in {root}");
    }

    private static SendTarget? OfChannel(ChannelReading reading, string channelsFolder, bool skipOthers)
    {
        if (reading.Definition is not { } definition)
        {
            return skipOthers ? null : throw new CommandFailure(ExitCode.Problems, $"{reading.Name} has problems, the first: {reading.Problems[0]}");
        }

        var samples = SampleFolders.Select(folder => Path.Combine(channelsFolder, definition.Name, folder)).FirstOrDefault(Directory.Exists);
        foreach (var resource in definition.Source.Connector.ExclusiveResources(definition.Source.Options))
        {
            var value = resource[(resource.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (definition.Source.Connector.Type == "mllp" && OfListener(definition.Name, value, samples) is { } listener)
            {
                return listener;
            }

            if (definition.Source.Connector.Type == "files")
            {
                // The resource is the folder and the pattern of names in it.
                return new SendTarget(definition.Name, null, 0, Path.GetDirectoryName(value), samples);
            }
        }

        return skipOthers ? null : throw new CommandFailure(ExitCode.Usage, $"{definition.Name} has a source of type {definition.Source.Connector.Type}: only mllp and files sources can be sent to");
    }

    private static SendTarget? OfListener(string channel, string listen, string? samples)
    {
        var colon = listen.LastIndexOf(':');
        var host = colon > 0 ? listen[..colon].Trim('[', ']') : "";

        // Listening on every address includes this machine's own.
        host = host is "" or "*" or "0.0.0.0" or "::" ? "127.0.0.1" : host;
        return TryPort(listen[(colon + 1)..], out var port) ? new SendTarget(channel, host, port, null, samples) : null;
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;
}
