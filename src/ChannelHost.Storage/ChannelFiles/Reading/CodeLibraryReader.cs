using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads a library of code templates: <c>lib/&lt;library&gt;/library.yaml</c> and the scripts beside it.</summary>
/// <param name="root">The channels folder.</param>
/// <param name="compiler">Checks scripts; null to leave that out.</param>
internal sealed class CodeLibraryReader(string root, IScriptCompiler? compiler)
{
    /// <summary>The file that makes a folder a library.</summary>
    public const string FileName = "library.yaml";

    private static readonly OptionSet Settings = OptionSet.For(typeof(LibrarySettings), []);

    // A library is the same everywhere: nothing of the environment is filled in.
    private static readonly Surroundings Nowhere = new(_ => null, new ConfigurationValues(new Dictionary<string, string>(), [], [], [], "no configuration"), null, []);

    /// <summary>Reads it. Never throws for what its files say.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="files">The stamps of its files.</param>
    public CodeLibrary Read(string folder, IReadOnlyList<FileStamp> files)
    {
        var place = new ChannelPlace(Path.GetRelativePath(root, folder).Replace('\\', '/'), folder, files, []) { YamlName = FileName };
        var problems = new ProblemList(place.File);
        var file = TextFile.Read(Path.Join(folder, FileName), new Boundary(root, folder));
        var lines = TextLines.Split(file.Text);
        var scripts = new ScriptFiles(place, root, lines, problems);
        var settings = Values(file, lines, problems) is { } values
            ? (LibrarySettings)new OptionBinder(folder, new EnvironmentText(Nowhere, problems), scripts, problems).Bind(Settings, values, values, "", [])
            : new LibrarySettings();
        if (compiler is not null)
        {
            scripts.Check(compiler);
        }

        // Beside a library lie the scripts that it names. One that it does not name belongs to nobody.
        scripts.WarnOfUnused();
        var errors = problems.Sorted().Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        var own = errors.Where(problem => problem.File == place.File).ToList();
        var isReadable = !own.Exists(problem => problem.Field.Length == 0);
        var contexts = settings.Templates.Aggregate(ScriptContexts.None, (sum, template) => sum | ContextsOf(template));
        var texts = scripts.OfFiles.Select(script => new ChannelFile(script.Name, script.Text));
        return new CodeLibrary(
            settings.Channels,
            settings.Except,
            [.. settings.Templates.Where(template => template.File is not null).Select(template => new CodeTemplate(template.File!, ContextsOf(template)))],
            file.Bytes is null ? [.. texts] : [new ChannelFile(place.File, file.Text), .. texts],
            [.. errors.Select(problem => (problem, ConcernedBy(problem, settings)))])
        {
            IsAudienceKnown = isReadable && !own.Exists(problem => IsAbout(problem, "channels") || IsAbout(problem, "except")),
            Contexts = isReadable && !own.Exists(problem => IsAbout(problem, "templates")) ? contexts : ScriptContexts.All,
        };
    }

    private static bool IsAbout(ChannelProblem problem, string key) => problem.Field == key || problem.Field.StartsWith(key + "[", StringComparison.Ordinal);

    /// <summary>A mistake in a script costs those before whose scripts it runs; one in <c>library.yaml</c> itself costs all whom the library is for.</summary>
    private static ScriptContexts ConcernedBy(ChannelProblem problem, LibrarySettings settings)
    {
        var templates = settings.Templates.Where(template => template.File?.Name == problem.File).ToList();
        return templates.Count == 0 ? ScriptContexts.All : templates.Aggregate(ScriptContexts.None, (sum, template) => sum | ContextsOf(template));
    }

    private static ScriptContexts ContextsOf(TemplateKeys template)
    {
        var contexts = ScriptContexts.None;
        foreach (var context in template.Contexts)
        {
            contexts |= Enum.Parse<ScriptContexts>(context.ToString());
        }

        return contexts;
    }

    private static YamlBlock? Values(TextFile file, IReadOnlyList<string> lines, ProblemList problems)
    {
        if (file.Fault is { } fault)
        {
            problems.Add(fault.Line, fault.Column, "", fault.Found, fault.Wanted);
            return null;
        }

        return YamlCharacters.Check(file.Text, lines, problems) ? YamlReader.Read(file.Text, problems) : null;
    }
}
