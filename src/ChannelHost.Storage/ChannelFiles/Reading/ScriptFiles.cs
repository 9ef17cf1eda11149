using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>The scripts of one channel: those in files, and those written into <c>channel.yaml</c> below a <c>|</c>.</summary>
internal sealed class ScriptFiles(ChannelPlace place, string root, IReadOnlyList<string> yamlLines, ProblemList problems)
{
    private readonly Dictionary<string, ScriptFile?> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScriptFile?> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<YamlText, (ScriptFile Script, int Indent)> _inline = [];
    private readonly Boundary _boundary = new(root, place.Folder);

    /// <summary>Every file that was asked for, there or not, as it looked before it was read.</summary>
    public List<FileStamp> Stamps { get; } = [];

    /// <summary>True when there are scripts at all; texts that nobody runs do not count.</summary>
    public bool HasScripts => _inline.Count > 0 || _files.Values.Any(script => script is not null);

    /// <summary>The texts that are no scripts and have a file of their own, by name.</summary>
    public IEnumerable<ScriptFile> Texts => _texts.Values.OfType<ScriptFile>().OrderBy(text => text.Name, StringComparer.Ordinal);

    /// <summary>All scripts that could be read, by name.</summary>
    public IEnumerable<ScriptFile> All =>
        _files.Values.OfType<ScriptFile>().Concat(_inline.Values.Select(inline => inline.Script)).OrderBy(script => script.Name, StringComparer.Ordinal);

    /// <summary>Those that have a file of their own, by name.</summary>
    public IEnumerable<ScriptFile> OfFiles => _files.Values.OfType<ScriptFile>().OrderBy(script => script.Name, StringComparer.Ordinal);

    /// <summary>A script that a setting names or holds; null when there is none, which is in the problems then.</summary>
    /// <param name="text">The setting's value.</param>
    /// <param name="field">The setting.</param>
    /// <param name="name">The value with its variables filled in, for a name.</param>
    public ScriptFile? Load(YamlText text, string field, Func<string?> name) =>
        text.Style == YamlStyle.Literal ? Inline(text, field) : OfFile(_files, text, field, "script", name);

    /// <summary>A text that nobody runs: a file's, or the one that stands there.</summary>
    public ScriptFile? LoadText(YamlText text, string field, Func<string?> name) =>
        text.Style == YamlStyle.Literal ? new ScriptFile($"{place.File}#{field}", text.Text) : OfFile(_texts, text, field, "text", name);

    private ScriptFile? OfFile(Dictionary<string, ScriptFile?> files, YamlText text, string field, string what, Func<string?> name)
    {
        if (text.Text.Contains('\n', StringComparison.Ordinal))
        {
            problems.Add(text, field, $"a {what} whose lines YAML joins", $"`|` above the {what}, which keeps its lines");
            return null;
        }

        if (name() is not { } fileName)
        {
            return null;
        }

        var path = PathOf(text, field, what, fileName);
        if (path is null)
        {
            return null;
        }

        // What could not be read is asked for again, so that every setting that names it is told.
        if (!files.TryGetValue(path, out var script) || script is null)
        {
            files[path] = script = Read(text, field, what, path);
        }

        return script;
    }

    /// <summary>Asks the compiler about every script, once each.</summary>
    public void Check(IScriptCompiler compiler)
    {
        foreach (var script in _files.Values.OfType<ScriptFile>())
        {
            ScriptChecks.Check(compiler, script, problems, place.File, indent: 0);
        }

        foreach (var (script, indent) in _inline.Values)
        {
            ScriptChecks.Check(compiler, script, problems, place.File, indent);
        }
    }

    /// <summary>Says which scripts lie beside <c>channel.yaml</c> without being named by it: most likely somebody forgot a line.</summary>
    public void WarnOfUnused()
    {
        foreach (var stamp in place.Files)
        {
            var name = Path.GetFileName(stamp.Path);
            if (name.EndsWith(".js", StringComparison.Ordinal) && !_files.ContainsKey(stamp.Path))
            {
                problems.Add(new ChannelProblem(
                    $"{place.Name}/{name}", 0, 0, "", "a script that is not used",
                    $"its name in {place.YamlName} (for example `{(place.YamlName == ChannelPlace.FileName ? "transform" : "file")}: {name}`), or the file removed", ProblemSeverity.Warning));
            }
        }
    }

    /// <summary>Reads the scripts in the folder although nothing could be learned about their use, so that their mistakes are told along with the first one.</summary>
    public void ReadBeside()
    {
        foreach (var stamp in place.Files.Where(stamp => stamp.Path.EndsWith(".js", StringComparison.Ordinal)))
        {
            var file = TextFile.Read(stamp.Path, _boundary);
            if (file.Bytes is not null)
            {
                _files[stamp.Path] = new ScriptFile($"{place.Name}/{Path.GetFileName(stamp.Path)}", file.Text);
            }
        }
    }

    private ScriptFile Inline(YamlText text, string field)
    {
        if (!_inline.TryGetValue(text, out var inline))
        {
            // The script's lines keep the numbers they have in the file, so that an error names the line its author sees.
            var script = new ScriptFile($"{place.File}#{field}", new string('\n', text.Line) + text.Text);
            _inline[text] = inline = (script, IndentOf(text));
        }

        return inline.Script;
    }

    /// <summary>How many columns of indent YAML took away.</summary>
    private int IndentOf(YamlText text)
    {
        var content = TextLines.Split(text.Text);
        var first = content.TakeWhile(string.IsNullOrWhiteSpace).Count();
        if (first >= content.Count || text.Line + first >= yamlLines.Count)
        {
            return 0;
        }

        return Spaces(yamlLines[text.Line + first]) - Spaces(content[first]);
    }

    private static int Spaces(string line) => line.Length - line.TrimStart(' ').Length;

    private string? PathOf(YamlText text, string field, string what, string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add(text, field, text.Shape, $"the name of a {what} file, or a {what} below `|`");
            return null;
        }

        var path = Path.GetFullPath(name, place.Folder);
        if (!Path.IsPathRooted(name) && RealPath.IsWithin(path, root) && _boundary.Holds(path))
        {
            return path;
        }

        problems.Add(text, field, text.Shape, $"a {what} inside the channels folder, relative to the channel's folder");
        return null;
    }

    private ScriptFile? Read(YamlText text, string field, string what, string path)
    {
        var file = TextFile.Read(path, _boundary);
        Stamps.Add(file.Stamp);
        var name = Path.GetRelativePath(root, path).Replace('\\', '/');
        if (file.Bytes is not null)
        {
            return new ScriptFile(name, file.Text);
        }

        var (line, column, found, wanted) = file.Fault!.Value;
        if (line > 0)
        {
            problems.Add(new ChannelProblem(name, line, column, "", found, wanted));
        }
        else
        {
            problems.Add(text, field, $"{text.Shape}: {found}", file.Stamp.Exists ? wanted : Missing(what, path));
        }

        return null;
    }

    private string Missing(string what, string path)
    {
        var beside = place.Files.Select(stamp => Path.GetFileName(stamp.Path)).Where(name => name.EndsWith(".js", StringComparison.Ordinal));
        var near = NearestName.Of(Path.GetFileName(path), beside);
        return near is null
            ? $"a {what} file, relative to the channel's folder (a {what} written here begins with `|`)"
            : $"did you mean `{near}`?";
    }
}
