using ChannelHost.Server.Editing;
using ChannelHost.Tests.Architecture;

namespace ChannelHost.Tests.Server.Editing;

/// <summary>What was generated must follow what it was generated from.</summary>
public sealed class EditorFilesTests : IDisposable
{
    private const string Refresh = "it is stale; refresh it with: scripts/channelhost reference --write --pages src";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("editing-");

    public static TheoryData<string> EditorFileNames => [.. EditorFiles.Generated(Path.Combine(House.Root, "channels")).Select(file => file.Name)];

    public static TheoryData<string> PageFiles => [.. ReferencePages.All().Select(page => page.File)];

    [Theory]
    [MemberData(nameof(EditorFileNames))]
    public void EditorFile_IsUpToDate(string name)
    {
        var channels = Path.Combine(House.Root, "channels");
        var (_, text) = EditorFiles.Generated(channels).Single(file => file.Name == name);

        AssertSame(Path.Combine(channels, name), text);
    }

    [Theory]
    [MemberData(nameof(PageFiles))]
    public void ReferencePage_IsUpToDate(string file) =>
        AssertSame(Path.Combine(House.Root, "src", file), ReferencePages.All().Single(page => page.File == file).Markdown);

    [Fact]
    public void ReferencePage_StandsBesideWhatItDescribes() =>
        Assert.All(ReferencePages.All(), page => Assert.True(Directory.Exists(Path.GetDirectoryName(Path.Combine(House.Root, "src", page.File))), page.File));

    [Fact]
    public void SharedScripts_AreDeclaredWithTheirComments()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "lib"));
        File.WriteAllText(
            Path.Combine(_folder.FullName, "lib", "a.js"),
            "// Adds.\n// Twice.\nfunction add(one, two = 2, ...more) { return one; }\nvar limit = 3;\nconst hidden = 1;\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "lib", "broken.js"), "function (");

        var text = EditorFiles.Generated(_folder.FullName).Single(file => file.Name == "lib/lib.d.ts").Text;

        Assert.EndsWith("// lib/a.js\n/** Adds. Twice. */\ndeclare function add(one?: any, two?: any, ...more: any[]): any;\ndeclare var limit: any;\n", text);
    }

    [Fact]
    public void SettingsOfAnEditorThatAreThere_AreLeftAsTheyAre()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "jsconfig.json"), "{}");

        Assert.Equal(
            ["channel.schema.json", "channelhost.d.ts", ".vscode/settings.json"],
            EditorFiles.For(_folder.FullName).Select(file => file.Name));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void AssertSame(string path, string text) => Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"{path}: {Refresh}");
}
