using System.Text.RegularExpressions;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Makes what scripts may reach of <c>access:</c>.</summary>
internal sealed partial class AccessReader(ProblemList problems)
{
    private const string Field = "access";

    /// <summary>What scripts may reach; mistakes are in the problems.</summary>
    /// <param name="value">What stands there.</param>
    /// <param name="keys">The same, bound.</param>
    public ScriptAccess Read(YamlValue? value, AccessKeys keys)
    {
        var block = value as YamlBlock;
        CheckHosts(block?.Find("hosts") as YamlList);
        CheckDatabases(block?.Find("databases") as YamlList);
        return new ScriptAccess
        {
            Folders = [.. keys.Folders.Select(folder => new FolderAccess(folder.Path, folder.Write))],
            Hosts = keys.Hosts,
            Databases = [.. keys.Databases.Select(database => new DatabaseAccess(database.Name, KindOf(database.Kind), database.Connection, database.Jdbc))],
            ControlsChannels = keys.Channels,
        };
    }

    private static DatabaseKind KindOf(DatabaseWord word) => word switch
    {
        DatabaseWord.Postgresql => DatabaseKind.PostgreSql,
        DatabaseWord.Sqlserver => DatabaseKind.SqlServer,
        DatabaseWord.Mysql => DatabaseKind.MySql,
        _ => DatabaseKind.Sqlite,
    };

    private void CheckHosts(YamlList? hosts)
    {
        foreach (var (host, index) in (hosts?.Items ?? []).OfType<YamlText>().Select((host, index) => (host, index)))
        {
            if (!host.Text.Contains("${", StringComparison.Ordinal) && !Host().IsMatch(host.Text))
            {
                problems.Add(host, $"{Field}.hosts[{index}]", host.Shape, "a host's name or address, with `:port` for one port alone; `*.example.org` for all names below");
            }
        }
    }

    private void CheckDatabases(YamlList? databases)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (database, index) in (databases?.Items ?? []).OfType<YamlBlock>().Select((database, index) => (database, index)))
        {
            var field = $"{Field}.databases[{index}]";
            if (database.Find("name") is YamlText name && !names.TryAdd(name.Text, name.Line))
            {
                problems.Add(name, $"{field}.name", $"{name.Shape} a second time", $"a name of its own; the first is on line {names[name.Text]}");
            }

            if (database.Find("connection") is YamlText connection && PlainPassword().IsMatch(connection.Text))
            {
                problems.Add(connection, $"{field}.connection", "a password in the file", "a reference: `Password=${secret:NAME}`, set by `channelhost secret set NAME`");
            }

            if (database.Find("jdbc") is YamlText jdbc && !jdbc.Text.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase) && !jdbc.Text.Contains("${", StringComparison.Ordinal))
            {
                problems.Add(jdbc, $"{field}.jdbc", jdbc.Shape, "an address that begins with `jdbc:`, as the scripts write it");
            }
        }
    }

    [GeneratedRegex(@"^(\*\.)?[A-Za-z0-9_.-]+(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?$")]
    private static partial Regex Host();

    [GeneratedRegex(@"\b(password|pwd)\s*=\s*(?!\s|;|$|\$\{)", RegexOptions.IgnoreCase)]
    private static partial Regex PlainPassword();
}
