namespace ChannelHost.Tests.Architecture;

/// <summary>The folders of the engine stand in walking order: a folder uses those after it, never one before it.</summary>
public sealed class EngineOrderTests
{
    private const string Engine = "ChannelHost.Engine.";

    // Folders with the same number stand side by side and do not use each other.
    private static readonly Dictionary<string, int> Steps = new()
    {
        ["Cases"] = -1, ["Deployment"] = 0, ["Sources"] = 1, ["Recovery"] = 1, ["Pipeline"] = 2, ["Destinations"] = 3, ["Transformers"] = 4, ["Responses"] = 4, ["Attachments"] = 5,
    };

    [Fact]
    public void Folder_UsesOnlyFoldersAfterIt()
    {
        var backwards =
            from type in House.AssemblyOf("Engine").GetTypes()
            where type.Namespace is not null
            from used in Code.TypesUsedBy(type)
            where used.Assembly == type.Assembly && IsBackwards(FolderOf(type), FolderOf(used))
            select $"{type.FullName} uses {used.FullName}";

        Assert.Empty(backwards.Distinct().Order());
    }

    [Fact]
    public void EveryFolder_HasCode()
    {
        var folders = House.TypesOf("Engine").Select(FolderOf).Distinct().ToList();

        Assert.All(Steps.Keys, folder => Assert.Contains(folder, folders));
    }

    private static bool IsBackwards(string from, string to) =>
        from != to && Steps.TryGetValue(from, out var here) && Steps.TryGetValue(to, out var there) && there <= here;

    private static string FolderOf(Type type) =>
        type.Namespace?.StartsWith(Engine, StringComparison.Ordinal) == true ? type.Namespace[Engine.Length..].Split('.')[0] : "";
}
