using ChannelHost.Connectors;
using ChannelHost.DataTypes;
using ChannelHost.Scripting;
using ChannelHost.Storage.ChannelFiles;

namespace ChannelHost.Server.Editing;

/// <summary>What editors need in a channels folder so that they complete and check while one types.</summary>
internal static class EditorFiles
{
    /// <summary>The schema of <c>channel.yaml</c>.</summary>
    public const string Schema = "channel.schema.json";

    private const string ProjectName = "jsconfig.json";

    // Every script is a module for the editor: two channels may both declare `mrn`. Nothing is reported, because a script is a program with `return` at
    // its top level, which the editor's JavaScript takes for a mistake; `channelhost validate` finds the real ones.
    private const string Project = """
        {
          "compilerOptions": {
            "target": "ES2023",
            "lib": ["ES2023"],
            "types": [],
            "module": "ESNext",
            "moduleDetection": "force",
            "checkJs": false,
            "strict": false
          },
          "include": ["**/*.js", "**/*.d.ts"]
        }

        """;

    private const string SettingsName = ".vscode/settings.json";

    private const string Settings = """
        {
          "yaml.schemas": { "./channel.schema.json": "**/channel.yaml" }
        }

        """;

    /// <summary>The files by their names below the channels folder. Settings of an editor that are there already are left as they are.</summary>
    public static IEnumerable<(string Name, string Text)> For(string channelsFolder)
    {
        foreach (var file in Generated(channelsFolder))
        {
            yield return file;
        }

        foreach (var (name, text) in new[] { (ProjectName, Project), (SettingsName, Settings) })
        {
            if (!File.Exists(Path.Join(channelsFolder, name)))
            {
                yield return (name, text);
            }
        }
    }

    /// <summary>Those that must follow the host and the shared scripts.</summary>
    public static IEnumerable<(string Name, string Text)> Generated(string channelsFolder)
    {
        yield return (Schema, ChannelSchema.Json(ConnectorCatalog.All, DataTypeCatalog.All));
        yield return ("channelhost.d.ts", ScriptDeclarations.Scope());
        var library = Path.Join(channelsFolder, "lib");
        if (Directory.Exists(library))
        {
            yield return ("lib/lib.d.ts", ScriptDeclarations.Library(Scripts(channelsFolder, library)));
        }
    }

    private static IEnumerable<ScriptFile> Scripts(string channelsFolder, string library) =>
        from path in Directory.EnumerateFiles(library, "*.js", SearchOption.AllDirectories)
        select new ScriptFile(Path.GetRelativePath(channelsFolder, path).Replace('\\', '/'), File.ReadAllText(path));
}
