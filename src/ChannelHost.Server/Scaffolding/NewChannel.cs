using System.Globalization;
using System.Text.RegularExpressions;

namespace ChannelHost.Server.Scaffolding;

/// <summary>Makes a channel's folder from a template. What is there is never written over.</summary>
internal sealed partial class NewChannel(string channelsFolder, string dataFolder)
{
    private const int FirstPort = 6661;

    /// <summary>Makes the folder; gives the channel's path and its files.</summary>
    /// <param name="name">Group and name.</param>
    /// <param name="template">What it begins with.</param>
    /// <param name="port">Where it listens; null for the first port that no other channel here names.</param>
    /// <exception cref="CommandFailure">The name cannot be one, the folder is there already, or it cannot be written.</exception>
    public (string Folder, IReadOnlyList<string> Files) Create(string name, ChannelTemplate template, int? port)
    {
        CheckName(name);
        var folder = Path.Join(channelsFolder, name);
        if (Directory.Exists(folder) || File.Exists(folder))
        {
            throw new CommandFailure(ExitCode.Usage, $"there is a {folder} already and it is left as it is: choose another name, or remove it first");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = name,
            ["channel"] = name[(name.LastIndexOf('/') + 1)..],
            ["port"] = (port ?? FreePort()).ToString(CultureInfo.InvariantCulture),
            ["schema"] = "../../" + Editing.EditorFiles.Schema,
        };
        try
        {
            return (folder, Write(folder, template, values));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{folder} cannot be made: {error.Message}", error);
        }
    }

    // Beside its place, then moved there: a host that watches the folder sees all of it or nothing. Names that begin with a dot are never looked at.
    private static List<string> Write(string folder, ChannelTemplate template, Dictionary<string, string> values)
    {
        var group = Path.GetDirectoryName(folder)!;
        Directory.CreateDirectory(group);
        var draft = Path.Join(group, $".new-{Path.GetFileName(folder)}-{Path.GetRandomFileName()}");
        var names = new List<string>();
        try
        {
            foreach (var (name, content) in template.Files(values))
            {
                var path = Path.Join(draft, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, content);
                names.Add(name);
            }

            Directory.Move(draft, folder);
            return names;
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    private static void CheckName(string name)
    {
        if (!Name().IsMatch(name))
        {
            var wanted = name.Contains('/', StringComparison.Ordinal) ? "" : $", for example clinic/{(Part().IsMatch(name) ? name : "intake")}";
            throw new CommandFailure(
                ExitCode.Usage, $"no channel can be called '{name}': a name is a group and a name of letters, digits, -, _ and ., 64 at most each{wanted}");
        }

        if (name.Split('/')[0] is "lib" or "config" or "global")
        {
            throw new CommandFailure(ExitCode.Usage, $"no channel can be called '{name}': the folder {name.Split('/')[0]} holds what all channels share");
        }
    }

    /// <summary>The first port from 6661 on that no channel of the folder listens on; those with mistakes in them are not asked.</summary>
    private int FreePort()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in HostSetup.OpenChannels(channelsFolder, dataFolder).ReadAll().Select(reading => reading.Definition).OfType<ChannelDefinition>())
        {
            taken.UnionWith(definition.Source.Connector.ExclusiveResources(definition.Source.Options).Select(resource => resource[(resource.LastIndexOf(':') + 1)..]));
        }

        var port = FirstPort;
        while (taken.Contains(port.ToString(CultureInfo.InvariantCulture)))
        {
            port++;
        }

        return port;
    }

    [GeneratedRegex(@"^[A-Za-z0-9-][A-Za-z0-9_.-]{0,63}/[A-Za-z0-9-][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9-][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex Part();
}
