using ChannelHost.Storage.ChannelFiles.Reading;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>Reads the cases of one channel. What is wrong with one is that one's problem, unless it is in the settings for all.</summary>
internal sealed class CaseReader(CasePlace place)
{
    private const int MostCases = 10_000;
    private const int MostExpected = 1_000;
    private const long LargestInput = 64 * 1024 * 1024;

    private CaseSettings _defaults = new();
    private IReadOnlyList<ChannelProblem> _commonProblems = [];

    /// <summary>All cases in order of name. Never throws for what is on the disk.</summary>
    public IReadOnlyList<CaseReading> Read()
    {
        try
        {
            return ReadFolder();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [Refused("cases", place.Relative(""), $"a folder that cannot be looked into ({TextFile.Reason(error)})", "a folder that the host's user may read")];
        }
    }

    private IReadOnlyList<CaseReading> ReadFolder()
    {
        if (!place.Boundary.Holds(place.Folder))
        {
            return [Refused("cases", place.Relative(""), "a link that leads out of the channels folder", "a folder inside it")];
        }

        var all = CasePlace.FilesIn(place.Folder).Select(file => Path.GetFileName(file)).ToList();
        var inputs = all.Where(name => Path.GetExtension(name) is not (CasePlace.SettingsExtension or ".yml")).ToList();
        if (inputs.Count > MostCases)
        {
            return [Refused("cases", place.Relative(""), $"{inputs.Count:N0} cases", $"at most {MostCases:N0}")];
        }

        ReadCommon(all);
        var readings = inputs
            .GroupBy(name => Path.GetFileNameWithoutExtension(name), StringComparer.Ordinal)
            .Select(group => ReadCase(group.Key, [.. group]))
            .Concat(Strays(all, inputs));
        return [.. readings.OrderBy(reading => reading.Name, StringComparer.Ordinal)];
    }

    private void ReadCommon(List<string> all)
    {
        if (all.Contains(CasePlace.CommonSettings))
        {
            var problems = new ProblemList(place.Relative(CasePlace.CommonSettings));
            _defaults = ReadSettings(CasePlace.CommonSettings, problems);
            _commonProblems = problems.Sorted();
        }
    }

    private CaseReading ReadCase(string name, IReadOnlyList<string> inputs)
    {
        var file = place.Relative(inputs[0]);
        var problems = new ProblemList(file);
        if (!CasePlace.IsGoodName(name))
        {
            problems.Add(0, 0, "", $"a case named {Shown.Value(name)}", $"a name of {Names.Wanted}, and not `cases`");
        }

        if (inputs.Count > 1)
        {
            problems.Add(0, 0, "", $"{inputs.Count} inputs of one case: {string.Join(", ", inputs.Select(Shown.Value))}", "one file for each case; another name for the others");
        }

        foreach (var problem in _commonProblems)
        {
            problems.Add(problem);
        }

        var settings = File.Exists(Path.Join(place.Folder, name + CasePlace.SettingsExtension))
            ? ReadSettings(name + CasePlace.SettingsExtension, problems)
            : _defaults;
        var input = ReadBytes(inputs[0], problems);
        var expectation = ReadExpectation(name, problems);
        var all = problems.Sorted();
        return new CaseReading(name, file, input is null || problems.Errors > 0 ? null : new ChannelCase
        {
            Channel = place.Channel,
            Name = name,
            File = file,
            Input = input,
            Settings = settings,
            Expectation = expectation,
        }, all);
    }

    private CaseSettings ReadSettings(string name, ProblemList caseProblems)
    {
        var problems = new ProblemList(place.Relative(name));
        var settings = ReadYaml(name, problems, "clock") is { } block
            ? new CaseSettingsReader(problems, AnswerFile).Read(block, _defaults)
            : _defaults;
        foreach (var problem in problems.Sorted())
        {
            caseProblems.Add(problem);
        }

        return settings;
    }

    private CaseExpectation? ReadExpectation(string name, ProblemList problems)
    {
        var folder = Path.Join(place.Folder, name + CasePlace.ExpectedExtension);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var inside = name + CasePlace.ExpectedExtension;
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        CaseOutcome? outcome = null;
        foreach (var file in CasePlace.FilesIn(folder).Take(MostExpected).Select(file => Path.GetFileName(file)))
        {
            if (file == CaseExpectation.OutcomeFile)
            {
                outcome = ReadOutcome($"{inside}/{file}", problems);
            }
            else if (ReadBytes($"{inside}/{file}", problems) is { } content)
            {
                files[file] = content;
            }
        }

        return outcome is null && files.Count == 0 ? null : new CaseExpectation { Files = files, Outcome = outcome };
    }

    private CaseOutcome? ReadOutcome(string file, ProblemList caseProblems)
    {
        var problems = new ProblemList(place.Relative(file));
        var outcome = ReadYaml(file, problems, "source") is { } block ? new OutcomeReader(problems).Read(block) : null;
        foreach (var problem in problems.Sorted())
        {
            caseProblems.Add(problem);
        }

        return outcome;
    }

    /// <summary>The values of a file; null when it has none, which is no problem, or when it cannot be read, which is.</summary>
    private YamlBlock? ReadYaml(string name, ProblemList problems, string firstKey)
    {
        var file = TextFile.Read(Path.Join(place.Folder, name), place.Boundary);
        if (file.Fault is { } fault)
        {
            problems.Add(fault.Line, fault.Column, "", fault.Found, fault.Wanted);
            return null;
        }

        var lines = TextLines.Split(file.Text);
        var isEmpty = lines.All(line => line.AsSpan().Trim() is [] or ['#', ..]);
        return !isEmpty && YamlCharacters.Check(file.Text, lines, problems) ? YamlReader.Read(file.Text, problems, $"a block of keys, with `{firstKey}:` among them") : null;
    }

    private byte[]? ReadBytes(string name, ProblemList problems)
    {
        var path = Path.Join(place.Folder, name);
        var file = place.Relative(name);
        try
        {
            if (!place.Boundary.Holds(path))
            {
                problems.Add(new ChannelProblem(file, 0, 0, "", "a link that leads out of the channels folder", "a file inside it"));
                return null;
            }

            var stamp = FileStamp.Of(path);
            if (stamp.Size is >= 0 and <= LargestInput)
            {
                // A pipe or a device says it is empty, and opening it would wait for ever.
                return stamp.Size == 0 ? [] : File.ReadAllBytes(path);
            }

            problems.Add(new ChannelProblem(file, 0, 0, "", stamp.Exists ? $"{stamp.Size:N0} bytes" : "no such file", "a file of at most 64 MB"));
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ChannelProblem(file, 0, 0, "", $"a file that cannot be read ({TextFile.Reason(error)})", "a file that the host's user may read"));
            return null;
        }
    }

    private byte[]? AnswerFile(string name)
    {
        // Beside the settings or in a folder there; not above.
        if (Path.IsPathRooted(name) || name.Split('/').Contains(".."))
        {
            return null;
        }

        return ReadBytes(name, new ProblemList(place.Relative(name)));
    }

    /// <summary>Settings and expectations of cases that have no input: somebody mistyped a name, or deleted half of a case.</summary>
    private IEnumerable<CaseReading> Strays(List<string> all, List<string> inputs)
    {
        var names = inputs.Select(input => Path.GetFileNameWithoutExtension(input)).ToHashSet(StringComparer.Ordinal);
        foreach (var settings in all.Except(inputs).Where(file => file != CasePlace.CommonSettings && (Path.GetExtension(file) == ".yml" || !names.Contains(Path.GetFileNameWithoutExtension(file)))))
        {
            var wanted = Path.GetExtension(settings) == ".yml" ? "the extension .yaml" : "an input beside them, such as " + Path.ChangeExtension(settings, ".hl7");
            yield return Refused(Path.GetFileNameWithoutExtension(settings), place.Relative(settings), "settings of no case", wanted);
        }

        foreach (var folder in Directory.EnumerateDirectories(place.Folder, "*" + CasePlace.ExpectedExtension).Select(folder => Path.GetFileName(folder)))
        {
            var name = Path.GetFileNameWithoutExtension(folder);
            if (!names.Contains(name))
            {
                yield return Refused(name, place.Relative(folder), "what is expected of no case", $"an input beside it, such as {name}.hl7");
            }
        }
    }

    private static CaseReading Refused(string name, string file, string found, string wanted) =>
        new(name, file, null, [new ChannelProblem(file, 0, 0, "", found, wanted)]);
}
