using ChannelHost.Storage.ChannelFiles;
using ChannelHost.Storage.Secrets;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Tests.ChannelFiles;

/// <summary>A channels folder of its own for one test, on the real disk.</summary>
internal sealed class Folders : IDisposable
{
    public const string Minimal = "source: { type: sample, listen: 127.0.0.1:6661 }\n";

    public string Root { get; } = Directory.CreateTempSubdirectory("channels-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The data folder and the keys, apart from the channels.</summary>
    public string Beside { get; } = Directory.CreateTempSubdirectory("channels-data-").FullName;

    public string? EnvironmentName { get; init; }

    public SecretSettings SecretSettings => new()
    {
        DataFolder = Path.Join(Beside, "data"),
        Folder = Path.Join(Beside, "mounted"),
        KeyFile = Path.Join(Beside, "keys", "key"),
        Environment = name => Environment.GetValueOrDefault(name),
    };

    public SecretVault Vault => new(SecretSettings, TimeProvider.System);

    public IScriptCompiler? Compiler { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ChannelFolder Open(ILogger<ChannelFolder>? logger = null) => new(
        Root,
        [new SampleConnector(), new SinkConnector()],
        [new SampleDataType("raw"), new SampleDataType("hl7v2")],
        Compiler,
        Time,
        name => Environment.GetValueOrDefault(name),
        logger,
        new SecretSources(SecretSettings),
        EnvironmentName);

    public string PathOf(string name) => Path.Join(Root, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    /// <summary>Writes one channel and reads it.</summary>
    public ChannelReading ReadOne(string yaml)
    {
        Write("clinic/registration/channel.yaml", yaml);
        return Open().Read("clinic/registration")!;
    }

    public static ChannelDefinition Good(ChannelReading reading)
    {
        Assert.Empty(reading.Problems);
        return reading.Definition!;
    }

    public static ChannelProblem Only(ChannelReading reading)
    {
        Assert.Null(reading.Definition);
        return Assert.Single(reading.Problems);
    }

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        Directory.Delete(Beside, recursive: true);
    }
}

/// <summary>Finds every <c>BAD</c> in a script: enough to see where a compiler's findings end up.</summary>
internal sealed class BadWordCompiler : IScriptCompiler
{
    public int Checks { get; private set; }

    public IScriptUnit Compile(IReadOnlyList<ScriptStep> steps, ScriptEnvironment environment) => throw new NotSupportedException();

    public IReadOnlyList<ScriptProblem> Check(ScriptFile file)
    {
        Checks++;
        if (file.Text.Contains("THROW", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("a defect of the checker");
        }

        return
        [
            .. file.Text.Split('\n')
                .Select((line, index) => (line, index, at: line.IndexOf("BAD", StringComparison.Ordinal)))
                .Where(found => found.at >= 0)
                .Select(found => new ScriptProblem(file.Name, found.index + 1, found.at + 1, "Unexpected token BAD", found.line)),
        ];
    }
}
