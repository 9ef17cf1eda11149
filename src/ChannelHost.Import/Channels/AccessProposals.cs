using System.Text.RegularExpressions;
using ChannelHost.Import.Connectors;
using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Channels;

/// <summary>
/// What scripts seem to reach outside the host, as commented lines in channel.yaml: nothing is allowed until somebody takes the comment signs away.
/// </summary>
internal static partial class AccessProposals
{
    /// <summary>Looks through the scripts of all channels.</summary>
    public static void Add(IReadOnlyList<ChannelDraft> drafts)
    {
        // A title that several channels of the import have leaves a script a choice, which the host does not make for it.
        var others = drafts.GroupBy(draft => draft.Title, StringComparer.Ordinal).Where(group => group.Count() > 1).ToDictionary(group => group.Key, group => group.First().Name, StringComparer.Ordinal);
        foreach (var draft in drafts)
        {
            Add(draft);
            foreach (var script in draft.Scripts)
            {
                Names(draft, script, others);
            }
        }
    }

    private static void Add(ChannelDraft draft)
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        var hosts = new SortedSet<string>(StringComparer.Ordinal);
        var databases = new SortedDictionary<string, JdbcAddress?>(StringComparer.Ordinal);
        foreach (var script in draft.Scripts.Where(script => script.Name.EndsWith(".js", StringComparison.Ordinal)))
        {
            foreach (Match match in Jdbc().Matches(script.Text))
            {
                databases[match.Groups["url"].Value] = JdbcAddress.Read(match.Groups["url"].Value);
            }

            if (Network().IsMatch(script.Text))
            {
                hosts.UnionWith(Url().Matches(script.Text).Select(match => match.Groups["host"].Value));
            }

            folders.UnionWith(Files().Matches(script.Text).Select(match => Folder(match.Groups["path"].Value)).Where(path => path.Length > 1));
            Passwords(draft, script);
        }

        if (folders.Count + hosts.Count + databases.Count == 0)
        {
            return;
        }

        var lines = new List<string> { "What scripts seem to use outside the host. Nothing is allowed before it is declared: take the comment signs away where it is right.", "access:" };
        if (folders.Count > 0)
        {
            lines.Add("  folders:");
            lines.AddRange(folders.Select(path => $"    - {{ path: {Quoted(path)}, write: true }}"));
        }

        if (hosts.Count > 0)
        {
            lines.Add($"  hosts: [{string.Join(", ", hosts.Select(Quoted))}]");
        }

        if (databases.Count > 0)
        {
            lines.Add("  databases:");
            var number = 0;
            foreach (var (url, address) in databases)
            {
                var plain = JdbcAddress.WithoutSecrets(url);
                lines.Add($"    - name: db{++number}");
                lines.Add($"      kind: {address?.Kind ?? "postgresql"}");
                lines.Add($"      connection: {Quoted(address?.Connection ?? "")}");
                lines.Add($"      jdbc: {Quoted(plain)}");
            }
        }

        draft.Yaml.Comment(string.Join('\n', lines));
        draft.Decide(draft.Export, $"scripts use {Spoken(folders.Count, "folder")}{Spoken(hosts.Count, "host")}{Spoken(databases.Count, "database")}outside the host: declare them under access (a proposal stands at the end of channel.yaml)");
    }

    // A password in a script stays where it is, because scripts are not changed: somebody must see to it.
    private static void Passwords(ChannelDraft draft, ScriptDraft script)
    {
        foreach (Match match in Connection().Matches(script.Text))
        {
            var line = script.Text.AsSpan(0, match.Index).Count('\n') + 1;
            draft.DecideAt(script, line, "a password stands in the script: declare the database under access, open it by its name there, and change the password");
        }
    }

    private static void Names(ChannelDraft draft, ScriptDraft script, Dictionary<string, string> others)
    {
        foreach (Match match in Route().Matches(script.Text))
        {
            var title = match.Groups["name"].Value;
            if (others.TryGetValue(title, out var name) && name != title)
            {
                draft.DecideAt(script, script.Text.AsSpan(0, match.Index).Count('\n') + 1, $"the script sends to the channel '{title}', and several channels are called so: send by id, or write the name of the one that is meant, such as {name}");
            }
        }

        foreach (Match match in Answer().Matches(script.Text))
        {
            var title = match.Groups["name"].Value;
            if (draft.DestinationTitles.TryGetValue(title, out var name) && name != title && !draft.Titled.Contains(title))
            {
                draft.DecideAt(script, script.Text.AsSpan(0, match.Index).Count('\n') + 1, $"the script asks for the answer of '{title}', which is called {name} here: write that name, or its number (d1)");
            }
        }
    }

    private static string Folder(string path)
    {
        var slash = path.LastIndexOfAny(['/', '\\']);
        return slash > 0 ? path[..slash] : path;
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";

    private static string Spoken(int count, string what) => count == 0 ? "" : $"{count} {what}{(count == 1 ? "" : "s")} ";

    [GeneratedRegex("""["'](?<url>jdbc:[^"'\r\n]+)["']""")]
    private static partial Regex Jdbc();

    [GeneratedRegex("""["']https?://(?<host>[A-Za-z0-9._-]+(?::[0-9]+)?)""")]
    private static partial Regex Url();

    [GeneratedRegex(@"\b(?:HttpGet|HttpPost|HttpPut|HttpDelete|HttpClients?|java\.net\.URL|URLConnection|HTTPUtil|openConnection)\b")]
    private static partial Regex Network();

    [GeneratedRegex("""\b(?:FileUtil\.(?:read|write|readBytes|deleteFile|rename)|(?:new\s+(?:Packages\.)?)?java\.io\.File(?:Writer|Reader|OutputStream|InputStream)?|FileWriter|FileReader|Paths\.get)\s*\(\s*["'](?<path>(?:/|[A-Za-z]:[\\/]|\\\\)[^"'\r\n]*)["']""")]
    private static partial Regex Files();

    [GeneratedRegex("""createDatabaseConnection\s*\(\s*["'][^"'\r\n]*["']\s*,\s*[^,]+,\s*["'][^"'\r\n]*["']\s*,\s*["'][^"'\r\n]+["']""")]
    private static partial Regex Connection();

    [GeneratedRegex("""routeMessage\s*\(\s*["'](?<name>[^"'\r\n]+)["']""")]
    private static partial Regex Route();

    [GeneratedRegex("""(?:responseMap\s*\.\s*(?:get|containsKey)|\$r)\s*\(\s*["'](?<name>[^"'\r\n]+)["']""")]
    private static partial Regex Answer();
}
