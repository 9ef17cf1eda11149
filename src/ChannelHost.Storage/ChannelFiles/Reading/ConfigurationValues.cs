using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>
/// The values of this environment: <c>config/base.yaml</c>, and over it <c>config/&lt;environment&gt;.yaml</c>, as they were at one moment. Keys may be
/// nested or written with dots: <c>ehr: { url: ... }</c> is <c>ehr.url</c>.
/// </summary>
/// <param name="Values">By full key.</param>
/// <param name="Problems">What is wrong with the files.</param>
/// <param name="Stamps">How the files looked just before they were read, there or not.</param>
/// <param name="Files">Their texts.</param>
/// <param name="Sources">Where values may be written, for people.</param>
internal sealed record ConfigurationValues(
    IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<ChannelProblem> Problems,
    IReadOnlyList<FileStamp> Stamps,
    IReadOnlyList<ChannelFile> Files,
    string Sources)
{
    private const string BaseFile = "base";
    private const int MostValues = 2_000;
    private const int LongestKey = 200;
    private const int LongestValue = 32 * 1024;
    private const string Wanted = "a block of keys and values: `ehr: { url: ... }`";

    private static readonly string[] References = ["${env:", "${secret:", "${config:"];

    /// <summary>True for what an environment may be called: it names a file.</summary>
    public static bool IsEnvironmentName(string name) => Names.IsGood(name) && name != BaseFile;

    /// <summary>True for what may stand between <c>${config:</c> and the brace.</summary>
    public static bool IsKey(string key) => key.Length <= LongestKey && key.Split('.').All(part => part.Length > 0 && Names.IsGood(part));

    /// <summary>Reads the values. Never throws for what the files say.</summary>
    /// <param name="root">The channels folder.</param>
    /// <param name="environment">The environment's name; null for the base alone.</param>
    public static ConfigurationValues Read(string root, string? environment)
    {
        var folder = Path.Join(root, ChannelTree.Configuration);
        var boundary = new Boundary(root, folder);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var (problems, stamps, files) = (new List<ChannelProblem>(), new List<FileStamp>(), new List<ChannelFile>());
        foreach (var path in PathsOf(root, environment))
        {
            var name = $"{ChannelTree.Configuration}/{Path.GetFileName(path)}";
            var file = TextFile.Read(path, boundary);
            stamps.Add(file.Stamp);
            var fileProblems = new ProblemList(name);
            if (file.Bytes is not null)
            {
                files.Add(new ChannelFile(name, file.Text));
                new Reader(values, fileProblems).Read(file.Text);
            }
            else if (file.Stamp.Exists || Directory.Exists(path))
            {
                var (line, column, found, wanted) = file.Fault!.Value;
                fileProblems.Add(line, column, "", found, wanted);
            }
            else if (environment is not null && Path.GetFileNameWithoutExtension(path) == environment && Directory.Exists(folder))
            {
                // Going on with the base alone might send test messages to the real system.
                fileProblems.Add(0, 0, "", $"no such file, although the environment is {Shown.Value(environment)}", "this file (it may be empty), or another name by --environment or CHANNELHOST_ENVIRONMENT");
            }

            problems.AddRange(fileProblems.Sorted());
        }

        var sources = environment is null ? $"{ChannelTree.Configuration}/base.yaml" : $"{ChannelTree.Configuration}/base.yaml or {ChannelTree.Configuration}/{environment}.yaml";
        return new ConfigurationValues(values, problems, stamps, files, sources);
    }

    /// <summary>
    /// These values, with those that the environment of the process has instead: <c>ehr.url</c> is <c>CHANNELHOST_CONFIG_EHR_URL</c>. Only a key that
    /// stands in a file can be had so: the files stay the list of what there is.
    /// </summary>
    public ConfigurationValues Over(Func<string, string?> variable)
    {
        var values = Values.ToDictionary(pair => pair.Key, pair => variable(VariableOf(pair.Key)) ?? pair.Value, StringComparer.Ordinal);
        return this with { Values = values };
    }

    /// <summary>The variable by which a key's value can be given.</summary>
    public static string VariableOf(string key) =>
        "CHANNELHOST_CONFIG_" + string.Concat(key.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_'));

    /// <summary>How the files look now.</summary>
    public static IReadOnlyList<FileStamp> StampsOf(string root, string? environment) => [.. PathsOf(root, environment).Select(FileStamp.Of)];

    private static IEnumerable<string> PathsOf(string root, string? environment)
    {
        yield return Path.Join(root, ChannelTree.Configuration, BaseFile + ".yaml");
        if (environment is not null)
        {
            yield return Path.Join(root, ChannelTree.Configuration, environment + ".yaml");
        }
    }

    /// <summary>Reads one file over what is known.</summary>
    private sealed class Reader(Dictionary<string, string> values, ProblemList problems)
    {
        private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

        public void Read(string text)
        {
            var lines = TextLines.Split(text);
            if (lines.All(line => line.AsSpan().Trim() is "" || line.AsSpan().TrimStart().StartsWith("#")))
            {
                return;
            }

            if (YamlCharacters.Check(text, lines, problems) && YamlReader.Read(text, problems, Wanted) is { } block)
            {
                Add(block, "");
            }
        }

        private void Add(YamlBlock block, string prefix)
        {
            foreach (var entry in block.Entries)
            {
                var key = prefix + entry.Key;
                if (!IsKey(key))
                {
                    problems.Add(entry.Line, entry.Column, Shown.Text(key), $"the key {Shown.Value(entry.Key)}", $"{Names.Wanted}, parts with dots between them, {LongestKey} characters in all");
                    continue;
                }

                switch (entry.Value)
                {
                    case YamlBlock inner:
                        Add(inner, key + ".");
                        break;
                    case YamlText { IsNothing: false } text:
                        Add(key, text);
                        break;
                    default:
                        problems.Add(entry.Value, key, entry.Value.Shape, "a text (`\"\"` for an empty one), or a block of keys");
                        break;
                }
            }
        }

        private void Add(string key, YamlText text)
        {
            if (Array.Exists(References, reference => text.Text.Contains(reference, StringComparison.Ordinal)))
            {
                problems.Add(text, key, text.Shape, "a fixed text: scripts can read it, so secrets and the environment are referred to in channel.yaml only");
            }
            else if (text.Text.Length > LongestValue)
            {
                problems.Add(text, key, $"a text of {text.Text.Length:N0} characters", $"at most {LongestValue:N0}");
            }
            else if (!_lines.TryAdd(key, text.Line))
            {
                problems.Add(text, key, $"{Shown.Value(key)} a second time", $"it once; the first is on line {_lines[key]}");
            }
            else if (_lines.Count > MostValues)
            {
                problems.Add(text, key, $"more than {MostValues:N0} values", $"at most {MostValues:N0} values in one file");
            }
            else
            {
                values[key] = text.Text;
            }
        }
    }
}
