using ChannelHost.Connectors;
using ChannelHost.DataTypes;
using ChannelHost.Engine.Cases;
using ChannelHost.Scripting;
using ChannelHost.Storage.ChannelFiles;
using ChannelHost.Storage.ChannelFiles.Cases;
using ChannelHost.Storage.Files;

namespace ChannelHost.Tests.Engine.Cases;

/// <summary>A channel with cases in a folder of its own, read and run by the real parts.</summary>
internal sealed class CaseBench : IDisposable
{
    public const string Channel = "clinic/one";

    public const string Mllp = "source: { type: mllp, listen: 127.0.0.1:1 }\n";

    public string Root { get; } = Directory.CreateTempSubdirectory("channelhost-cases-").FullName;

    public CaseFolder Files => new(Root, new DurableFiles());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string Adt(string family = "Quill", string controlId = "C1") =>
        $"MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08^ADT_A01|{controlId}|P|2.5.1\nEVN|A08|20261101093000\nPID|1||10001^^^CLINIC^MR||{family}^Marta||19740312|F\n";

    public string PathOf(string name) => Path.Join(Root, Channel, name);

    public string TextOf(string name) => File.ReadAllText(PathOf(name));

    public CaseBench Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return this;
    }

    public ChannelDefinition Definition()
    {
        var reading = new ChannelFolder(Root, ConnectorCatalog.All, DataTypeCatalog.All, new ScriptCompiler(), TimeProvider.System, _ => null).Read(Channel)!;
        return reading.Definition ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
    }

    public ChannelCase Case(string name = "a")
    {
        var reading = Files.Read(Channel).Single(candidate => candidate.Name == name);
        return reading.Case ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
    }

    public Task<CaseResult> RunAsync(string name = "a", IScriptCoverage? coverage = null) =>
        new CaseRunner(new ScriptCompiler(), DataTypeCatalog.All).RunAsync(Definition(), Case(name), coverage, Token);

    /// <summary>Runs a case, writes what came as what is expected, reads that again, and runs it a second time.</summary>
    public async Task<CaseResult> RunUpdatedAsync(string name = "a")
    {
        var first = await RunAsync(name);
        Files.WriteExpectation(first.Case, first.Actual!);
        return await RunAsync(name);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
