using System.Reflection;

namespace ChannelHost.Tests.Architecture;

/// <summary>Where the sources stand and what was built from them.</summary>
internal static class House
{
    /// <summary>The rooms, from the words to the roof.</summary>
    public static readonly string[] Rooms = ["Abstractions", "Connectors", "DataTypes", "Scripting", "Storage", "Engine", "Import", "Server"];

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A room's assembly; the roof's is named after the program.</summary>
    public static Assembly AssemblyOf(string room) => Assembly.Load(room == "Server" ? "channelhost" : $"ChannelHost.{room}");

    /// <summary>The types that people wrote in a room.</summary>
    public static IEnumerable<Type> TypesOf(string room) => AssemblyOf(room).GetTypes().Where(type =>
        type.Namespace?.StartsWith("ChannelHost.", StringComparison.Ordinal) == true
        && !type.Name.Contains('<', StringComparison.Ordinal)
        && type.DeclaringType?.Name.Contains('<', StringComparison.Ordinal) != true);

    /// <summary>A room's source files.</summary>
    public static IEnumerable<string> SourcesOf(string room) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src", $"ChannelHost.{room}"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChannelHost.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"no ChannelHost.sln above {AppContext.BaseDirectory}");
        }

        return folder;
    }
}
