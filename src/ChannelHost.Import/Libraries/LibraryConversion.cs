using ChannelHost.Import.Channels;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Libraries;

/// <summary>Libraries of code templates: a folder each, with library.yaml and a script for each template.</summary>
internal sealed class LibraryConversion(ImportWorld world, Finishing finishing)
{
    private readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The files of all libraries. Exports hold copies of the same ones: the first of an id counts.</summary>
    public IEnumerable<ChannelFile> Convert(ExportContent found, IReadOnlyList<ChannelDraft> drafts)
    {
        var known = new Dictionary<string, (ExportElement Library, string File)>(StringComparer.Ordinal);
        foreach (var (library, file) in found.Libraries)
        {
            var id = library.Word("id") is { Length: > 0 } given ? given : library.Word("name");
            if (!known.TryAdd(id, (library, file)))
            {
                if (!TextOf(known[id].Library).SequenceEqual(TextOf(library)))
                {
                    world.Say(ImportLevel.Decision, file, library, $"the library '{library.Word("name")}' is in the import twice, with different templates: the first one counts ({known[id].File}:{known[id].Library.Line})");
                }

                library.MarkAll();
            }
        }

        foreach (var (library, file) in known.Values)
        {
            foreach (var made in Convert(library.Word("name"), library, library.Find("codeTemplates")?.All("codeTemplate") ?? [], file, drafts))
            {
                yield return made;
            }
        }

        foreach (var templates in found.Templates.GroupBy(template => template.File))
        {
            foreach (var made in Convert("code templates", null, [.. templates.Select(template => template.Element)], templates.Key, drafts))
            {
                yield return made;
            }
        }
    }

    private IEnumerable<ChannelFile> Convert(string title, ExportElement? library, IReadOnlyList<ExportElement> templates, string file, IReadOnlyList<ChannelDraft> drafts)
    {
        var folder = Folder(title);
        var yaml = new YamlBlock().Set("description", title + (library?.Word("description") is { Length: > 0 } text ? $": {text}" : ""));
        For(library, yaml, drafts, file);
        library?.Skip("revision", "lastModified");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (blocks, broken) = (new List<YamlBlock>(), new List<string>());
        var snippets = new ScriptDraft($"{folder}/snippets.md").Line($"# {title}: pieces of code for the editor").Line("").Line("They were offered to people who write scripts and run nowhere.");
        var hasSnippets = false;

        // They run in the order of their names, as they did.
        foreach (var template in templates.OrderBy(template => template.Word("name"), StringComparer.Ordinal))
        {
            var code = CodeOf(template);
            var (type, name) = (TypeOf(template), template.Word("name"));
            template.Skip("id", "revision", "lastModified", "tooltip");
            if (code is null)
            {
                world.Findings.Add(new ImportFinding(ImportLevel.Decision, "", file, template.Line, "", 0, $"the code template '{name}' has no code that is understood; it is kept in import-report.json") { Xml = MaskedXml.Of(template) });
                continue;
            }

            if (type == "DRAG_AND_DROP_CODE")
            {
                hasSnippets = true;
                snippets.Line("").Line($"## {name}").Line("").Line("```js").Script(code.Text, code).Line("```");
                continue;
            }

            var path = FileName(name, names);
            var script = new ScriptDraft($"{folder}/{path}").Script(code.Text, code);
            var contexts = TemplateContexts.Of(template);
            if (finishing.Problems(script, file).ToArray() is { Length: > 0 } problems)
            {
                // One that cannot be read would keep every channel of the library from running.
                world.Findings.AddRange(problems);
                broken.Add(path);
                yield return new ChannelFile(script.Name, script.Text);
                continue;
            }

            blocks.Add(new YamlBlock().Set("file", path).Set("contexts", new YamlWords(contexts)));
            world.Findings.AddRange(finishing.Survey(script, "", file));
            yield return new ChannelFile(script.Name, script.Text);
        }

        if (broken.Count > 0)
        {
            yaml.Comment($"Left out, because they cannot be read: {string.Join(", ", broken)}. See import-report.md.");
        }

        yield return new ChannelFile($"{folder}/library.yaml", new YamlText().Write(yaml.Set("templates", new YamlBlocks(blocks))).Text);
        if (hasSnippets)
        {
            world.Say(ImportLevel.Runs, file, library, "pieces of code for the editor are kept for people", snippets.Name);
            yield return new ChannelFile(snippets.Name, snippets.Text);
        }
    }

    // For whom: those that are listed, or all but those that are.
    private void For(ExportElement? library, YamlBlock yaml, IReadOnlyList<ChannelDraft> drafts, string file)
    {
        if (library is null)
        {
            yaml.Set("channels", new YamlWords([.. drafts.Select(draft => draft.Name)]));
            return;
        }

        var (enabled, disabled) = (Ids(library, "enabledChannelIds"), Ids(library, "disabledChannelIds"));
        var forNew = library.Flag("includeNewChannels");
        if (forNew)
        {
            world.Say(ImportLevel.Runs, file, library, $"the library '{library.Word("name")}' was for every new channel, too: here it is for the imported ones; add others under channels");
        }

        string[] users =
        [
            .. drafts.Where(draft => enabled.Contains(draft.Id) || (forNew && !disabled.Contains(draft.Id)) || Embeds(draft, library)).Select(draft => draft.Name),
            .. enabled.Where(id => !world.ChannelsById.ContainsKey(id)).Order(StringComparer.Ordinal),
        ];

        // Without a list it would be for every channel there is.
        yaml.Set("channels", new YamlWords(users.Length > 0 ? users : ["none"]));
    }

    // A channel's own export holds the libraries that it uses; their lists of channels may name none.
    private static bool Embeds(ChannelDraft draft, ExportElement library) =>
        (draft.Export.Peek("exportData") ?? draft.Export).Peek("codeTemplateLibraries")?.Children.Any(own => own.Peek("id")?.Text == library.Peek("id")?.Text) == true;

    private static HashSet<string> Ids(ExportElement library, string name) =>
        (library.Find(name)?.All() ?? []).Select(id => id.Text.Trim()).ToHashSet(StringComparer.Ordinal);

    private static ExportElement? CodeOf(ExportElement template) => template.Find("properties")?.Find("code") ?? template.Find("code");

    private static string TypeOf(ExportElement template) => (template.Find("properties") ?? template).Word("type") switch { "VARIABLE" or "CODE" => "DRAG_AND_DROP_CODE", var type => type };

    private static IEnumerable<string> TextOf(ExportElement library) =>
        (library.Peek("codeTemplates")?.Children ?? []).Select(template => (template.Peek("properties") ?? template).Peek("code")?.Text ?? "");

    private string Folder(string title)
    {
        var slug = Slug.Of(title, "library");
        var name = slug;
        for (var number = 2; !_folders.Add(name); number++)
        {
            name = $"{Slug.Cut(slug, 58)}-{number}";
        }

        return $"lib/{name}";
    }

    private static string FileName(string title, HashSet<string> taken)
    {
        var slug = Slug.Cut(Slug.Cased(title, "template"), 60);
        var name = slug;
        for (var number = 2; !taken.Add(name); number++)
        {
            name = $"{Slug.Cut(slug, 56)}-{number}";
        }

        return $"{name}.js";
    }
}
