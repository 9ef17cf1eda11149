using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads one channel's folder from beginning to end.</summary>
/// <param name="root">The channels folder.</param>
/// <param name="catalog">The connectors and data types there are.</param>
/// <param name="compiler">Checks scripts; null to leave that out.</param>
/// <param name="home">Where the relative paths of settings count from, when that is not the folder that is read.</param>
internal sealed class ChannelReader(string root, Catalog catalog, IScriptCompiler? compiler, string? home = null)
{
    /// <summary>Reads the channel. Never throws for what its files say.</summary>
    public ChannelRecord Read(ChannelPlace place, SharedScripts shared, Surroundings surroundings)
    {
        var problems = new ProblemList(place.File);
        CheckFolder(place, problems);

        // 1. The file, as text and as values
        var file = TextFile.Read(Path.Join(place.Folder, ChannelPlace.FileName), new Boundary(root, place.Folder));
        var lines = TextLines.Split(file.Text);
        var values = ReadValues(file, lines, problems);

        // 2. The definition, with the scripts it names
        var scripts = new ScriptFiles(place, root, lines, problems);
        var variables = new EnvironmentText(surroundings, problems);
        var assembly = new ChannelAssembly(catalog, new OptionBinder(home is null ? place.Folder : Path.Join(home, place.Name), variables, scripts, problems), variables, problems);
        var definition = values is null ? null : assembly.Assemble(place.Name, values, shared.Global);

        // 3. The scripts themselves
        var hasScripts = scripts.HasScripts || shared.HasGlobal;
        var libraries = hasScripts ? shared.LibrariesOf(place.Name, assembly.Id).ToList() : [];
        var used = scripts.HasScripts ? UsedContexts.Of(definition) : ScriptContexts.None;
        CheckScripts(values, scripts, hasScripts ? shared : null, shared.LibraryProblems(place.Name, assembly.Id, used), problems);
        var use = ConfigurationUse.Of(surroundings.Configuration, hasScripts, variables.ConfigurationKeys);
        foreach (var problem in use.Problems)
        {
            problems.Add(problem);
        }

        // 4. What is handed out
        var stamps = StampsOf(place, scripts, variables.Stamps);
        var reading = new ChannelReading(place.Name, null, problems.Sorted()) { Secrets = [.. variables.Secrets], IsMeantToRun = assembly.IsMeantToRun };
        if (definition is not null && problems.Errors == 0)
        {
            var library = hasScripts ? shared : null;
            var templates = shared.Libraries.Where(one => one.IsFor(place.Name, assembly.Id)).SelectMany(one => one.Templates).ToList();
            reading = reading with
            {
                Definition = definition with
                {
                    Version = VersionHash.Of(file.Bytes!, [.. scripts.All, .. scripts.Texts], library, library is null ? [] : [.. templates, .. shared.HasGlobal ? shared.Global.CodeTemplates : []], use.Values),
                    References = variables.Fingerprint,
                    Library = shared.Scripts,
                    CodeTemplates = templates,
                    Global = shared.Global,
                    Configuration = surroundings.Configuration.Values,
                },
                Files = FilesOf(place, file, scripts, library, libraries, use),
                ChangedBy = FileOwner.OfNewest(stamps, place.Folder),
            };
        }

        return new ChannelRecord(reading, assembly.Claims, stamps) { DependsOn = assembly.DependsOn };
    }

    private static List<ChannelFile> FilesOf(
        ChannelPlace place, TextFile file, ScriptFiles scripts, SharedScripts? shared, IReadOnlyList<CodeLibrary> libraries, ConfigurationUse use) =>
    [
        // The byte order mark stays: it is part of what the version's hash is made of.
        new ChannelFile(place.File, System.Text.Encoding.UTF8.GetString(file.Bytes!)),
        .. scripts.OfFiles.Select(Text),
        .. scripts.Texts.Select(Text),
        .. (shared?.Scripts ?? []).Select(Text),
        .. libraries.SelectMany(library => library.Files),
        .. shared is null ? [] : GlobalFolder.FilesOf(shared.Global).Select(Text),
        .. use.Files,
    ];

    private static ChannelFile Text(ScriptFile script) => new(script.Name, script.Text);

    /// <summary>How the files of a channel look now: those a walk finds, and those it named when it was last read.</summary>
    public static IReadOnlyList<FileStamp> StampsOf(ChannelPlace place, IEnumerable<FileStamp> named) =>
        Merge(place, named.Select(stamp => FileStamp.Of(stamp.Path)));

    private static IReadOnlyList<FileStamp> StampsOf(ChannelPlace place, ScriptFiles scripts, IEnumerable<FileStamp> others) => Merge(place, [.. scripts.Stamps, .. others]);

    private static IReadOnlyList<FileStamp> Merge(ChannelPlace place, IEnumerable<FileStamp> named)
    {
        var stamps = place.Files.ToDictionary(stamp => stamp.Path, StringComparer.Ordinal);
        foreach (var stamp in named)
        {
            stamps.TryAdd(stamp.Path, stamp);
        }

        return [.. stamps.Values.OrderBy(stamp => stamp.Path, StringComparer.Ordinal)];
    }

    private static YamlBlock? ReadValues(TextFile file, IReadOnlyList<string> lines, ProblemList problems)
    {
        if (file.Fault is { } fault)
        {
            problems.Add(fault.Line, fault.Column, "", fault.Found, fault.Wanted);
            return null;
        }

        return YamlCharacters.Check(file.Text, lines, problems) ? YamlReader.Read(file.Text, problems) : null;
    }

    private static void CheckFolder(ChannelPlace place, ProblemList problems)
    {
        if (place.Name.Split('/').FirstOrDefault(part => !Names.IsGood(part)) is { } part)
        {
            problems.Add(new ChannelProblem(place.Name, 0, 0, "", $"a folder named {Shown.Value(part)}", $"a name of {Names.Wanted}"));
        }

        foreach (var nested in place.Nested)
        {
            problems.Add(new ChannelProblem(
                $"{place.Name}/{nested}/{ChannelPlace.FileName}", 0, 0, "", "a channel inside another channel's folder", "a folder beside it"));
        }

        foreach (var name in place.Files.Select(stamp => Path.GetFileName(stamp.Path)))
        {
            if (!name.EndsWith(".js", StringComparison.Ordinal) && name != ChannelPlace.FileName)
            {
                problems.Add(new ChannelProblem($"{place.Name}/{name}", 0, 0, "", $"the file name {Shown.Value(name)}", $"`{ChannelPlace.FileName}`"));
            }
        }
    }

    private void CheckScripts(YamlBlock? values, ScriptFiles scripts, SharedScripts? shared, IEnumerable<ChannelProblem> ofLibraries, ProblemList problems)
    {
        if (values is null)
        {
            scripts.ReadBeside();
        }
        else
        {
            scripts.WarnOfUnused();
        }

        if (compiler is not null)
        {
            scripts.Check(compiler);
        }

        // A channel without scripts uses nothing of the library, so what is wrong there must not stop it.
        foreach (var problem in (shared?.Problems ?? []).Concat(shared?.GlobalProblems ?? []).Concat(ofLibraries))
        {
            problems.Add(problem);
        }
    }
}
