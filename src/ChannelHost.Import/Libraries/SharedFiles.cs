using ChannelHost.Import.Channels;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Libraries;

/// <summary>Files that channels share: libraries of code templates, global scripts, values.</summary>
internal sealed class SharedFiles(ImportWorld world, Finishing finishing)
{
    private readonly List<ChannelFile> _files = [];

    /// <summary>The files.</summary>
    public IReadOnlyList<ChannelFile> Files => _files;

    /// <summary>Makes them.</summary>
    public void Add(ExportContent found, IReadOnlyList<ChannelDraft> drafts)
    {
        _files.AddRange(new LibraryConversion(world, finishing).Convert(found, drafts));
        AddGlobalScripts(found);
        AddConfiguration(found);
    }

    private void AddGlobalScripts(ExportContent found)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (map, file) in found.GlobalScripts)
        {
            foreach (var entry in map.Find("entry") is null && map.Find("map") is { } inner ? inner.All("entry") : map.All("entry"))
            {
                if (entry.All() is not [var key, var script])
                {
                    continue;
                }

                var name = key.Text.Trim() switch { "Deploy" => "deploy", "Undeploy" or "Shutdown" => "undeploy", "Preprocessor" => "preprocess", "Postprocessor" => "postprocess", _ => null };
                if (name is null)
                {
                    world.Findings.Add(new ImportFinding(ImportLevel.Decision, "", file, key.Line, "", 0, $"a global script '{key.Text.Trim()}' is not known here; it is kept in import-report.json") { Xml = MaskedXml.OfScript(entry) });
                }
                else if (!DefaultScripts.Are(script.Text))
                {
                    var draft = new ScriptDraft($"global/{name}.js").Script(script.Text, script);
                    if (!taken.Add(name))
                    {
                        world.Say(ImportLevel.Decision, file, entry, $"the global script {name} is in the import twice: the first one counts", draft.Name);
                        continue;
                    }

                    _files.Add(new ChannelFile(draft.Name, draft.Text));
                    world.Findings.AddRange(finishing.Survey(draft, "", file));
                    world.Say(ImportLevel.Decision, file, entry, "a global script runs for every channel of the host, not only for imported ones", draft.Name);
                }
            }
        }
    }

    private void AddConfiguration(ExportContent found)
    {
        if (world.Configuration.Count + world.OpenConfiguration.Count == 0)
        {
            return;
        }

        var name = world.Options.HasConfiguration ? "config/imported.yaml" : "config/base.yaml";
        var yaml = new YamlBlock().Comment("Values of the imported configuration map: scripts read them by configurationMap.get('KEY'), settings as ${config:KEY}.");
        var comments = found.Configuration.GroupBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
        foreach (var (key, value) in world.Configuration.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var (_, _, comment, file, line) = comments[key];
            if (!IsKey(key))
            {
                world.Findings.Add(new ImportFinding(ImportLevel.Decision, "", file, line, name, 0, $"the configuration map's key '{key}' cannot be one here (letters, digits, -, _ and . only): its value is left out; rename it where it is used"));
                continue;
            }

            yaml.Entries.Add(new YamlEntry(key, new YamlScalar(value), comment.ReplaceLineEndings(" "), null));
        }

        foreach (var (key, standIn) in world.OpenConfiguration.Where(entry => !world.Configuration.ContainsKey(entry.Key)))
        {
            yaml.Entries.Add(new YamlEntry(key, new YamlScalar(standIn), "To be decided: a setting needs it, and the import does not have it.", null));
        }

        _files.Add(new ChannelFile(name, new YamlText().Write(yaml).Text));
        if (world.Options.HasConfiguration)
        {
            world.Findings.Add(new ImportFinding(ImportLevel.Decision, "", found.Configuration.FirstOrDefault().File ?? "", found.Configuration.FirstOrDefault().Line, name, 0, "the folder has a config/base.yaml already: the imported values stand in config/imported.yaml; copy them into base.yaml, or run with --environment imported"));
        }
    }

    private static bool IsKey(string key) =>
        key.Length <= 200 && key.Split('.').All(part => part.Length is > 0 and <= 64 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
