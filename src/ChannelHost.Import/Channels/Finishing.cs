using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>Turns drafts into files, and what was said about them into findings with places in the export and in what was made.</summary>
internal sealed class Finishing(IScriptCompiler scripts)
{
    /// <summary>The channel's files; its findings are added.</summary>
    public ImportedChannel Finish(ChannelDraft draft, List<ImportFinding> findings)
    {
        var yaml = new YamlText().Write(draft.Yaml);
        var file = $"{draft.Name}/channel.yaml";
        foreach (var (level, at, what, xml) in draft.Said)
        {
            var (made, line) = Place(draft, yaml, file, at);
            findings.Add(new ImportFinding(level, draft.Name, draft.ExportFile, at?.Line ?? draft.Export.Line, made, line, what) { Xml = xml });
        }

        foreach (var (script, line, what) in draft.Places)
        {
            findings.Add(new ImportFinding(ImportLevel.Decision, draft.Name, draft.ExportFile, line <= script.Lines.Count ? script.Lines[line - 1] : 0, script.Name, line, what));
        }

        foreach (var script in draft.Scripts)
        {
            findings.AddRange(Survey(script, draft.Name, draft.ExportFile));
        }

        var exportLines = new int[yaml.Text.AsSpan().Count('\n')];
        foreach (var (element, line) in yaml.Lines)
        {
            if (line <= exportLines.Length && exportLines[line - 1] == 0)
            {
                exportLines[line - 1] = element.Line;
            }
        }

        var lines = new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal) { [file] = exportLines };
        foreach (var script in draft.Scripts)
        {
            lines[script.Name] = script.Lines;
        }

        return new ImportedChannel(
            draft.Name, draft.Title, draft.Id, draft.Export.Attribute("version") ?? "", draft.ExportFile, draft.Export.Line,
            [new ChannelFile(file, yaml.Text), .. draft.Scripts.Select(script => new ChannelFile(script.Name, script.Text))])
        {
            Lines = lines,
            IsEnabled = draft.IsEnabled,
        };
    }

    /// <summary>What a script asks for that is not there.</summary>
    public IEnumerable<ImportFinding> Survey(ScriptDraft script, string channel, string exportFile)
    {
        if (!script.Name.EndsWith(".js", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var finding in scripts.Survey(new ScriptFile(script.Name, script.Text)))
        {
            var exportLine = finding.Line >= 1 && finding.Line <= script.Lines.Count ? script.Lines[finding.Line - 1] : 0;
            yield return new ImportFinding(
                finding.IsUnsupported ? ImportLevel.Unsupported : ImportLevel.Decision, channel, exportFile, exportLine, script.Name, finding.Line, $"{finding.Name}: {finding.What}");
        }
    }

    /// <summary>Why a script cannot be read; nothing when it can.</summary>
    public IEnumerable<ImportFinding> Problems(ScriptDraft script, string exportFile) =>
        scripts.Check(new ScriptFile(script.Name, script.Text)).Select(problem => new ImportFinding(
            ImportLevel.Unsupported, "", exportFile, problem.Line >= 1 && problem.Line <= script.Lines.Count ? script.Lines[problem.Line - 1] : 0, script.Name, problem.Line,
            $"the code template cannot be read ({problem.Message}): it is left out of its library until it is mended"));

    // Where a thing of the export went: its own line in channel.yaml, a script's line, or that of what it stands in.
    private static (string File, int Line) Place(ChannelDraft draft, YamlText yaml, string file, ExportElement? at)
    {
        if (at is null)
        {
            return (file, 0);
        }

        if (yaml.Lines.TryGetValue(at, out var own))
        {
            return (file, own);
        }

        for (var element = at; element is not null && element != draft.Export; element = element.Parent)
        {
            if (yaml.Lines.TryGetValue(element, out var line))
            {
                return (file, line);
            }

            foreach (var script in draft.Scripts)
            {
                for (var index = 0; element.Name is not ("elements" or "transformer" or "filter") && index < script.Lines.Count; index++)
                {
                    if (script.Lines[index] == element.TextLine)
                    {
                        return (script.Name, index + 1);
                    }
                }
            }
        }

        return (file, 0);
    }
}
