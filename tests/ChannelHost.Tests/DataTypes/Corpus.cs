namespace ChannelHost.Tests.DataTypes;

/// <summary>Public messages that are not part of the repository: in <c>CHANNELHOST_CORPUS</c>, else beside it in <c>shared/corpus</c>.</summary>
internal static class Corpus
{
    private static readonly string? Folder = Find();

    /// <summary>All messages of a kind, by name. Skips the test where there are none, and says why.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Messages(string kind)
    {
        var index = Folder is null ? null : Path.Combine(Folder, kind, "INDEX.tsv");
        Assert.SkipUnless(File.Exists(index), $"The corpus {kind} is not here: set CHANNELHOST_CORPUS to its folder.");
        var rows = File.ReadLines(index!).Skip(1).Select(line => line.Split('\t')).Where(row => row[1] == "message");
        return [.. rows.Select(row => (row[0], File.ReadAllBytes(Path.Combine(Folder!, kind, row[0]))))];
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHANNELHOST_CORPUS") is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ChannelHost.sln")))
            {
                return Path.Combine(folder.FullName, "..", "shared", "corpus");
            }
        }

        return null;
    }
}
