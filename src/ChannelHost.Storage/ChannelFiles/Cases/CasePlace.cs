using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>Where the cases of one channel lie, and how their files are called.</summary>
internal sealed class CasePlace
{
    public const string SettingsExtension = ".yaml";
    public const string ExpectedExtension = ".expected";
    public const string AnswersExtension = ".answers";

    /// <summary>Settings for all cases of a channel.</summary>
    public const string CommonSettings = "cases" + SettingsExtension;

    private const string FolderName = "cases";
    private readonly string _root;

    public CasePlace(string root, string channel)
    {
        if (channel.Split('/').Any(part => !Names.IsGood(part)))
        {
            throw new ArgumentException($"{Shown.Value(channel)} is no channel's name", nameof(channel));
        }

        _root = root;
        Channel = channel;
        Folder = Path.Join(root, channel, FolderName);
        Boundary = new Boundary(root, Path.Join(root, channel));
    }

    public string Channel { get; }

    /// <summary>The full path of the folder of cases.</summary>
    public string Folder { get; }

    /// <summary>Where files must lie.</summary>
    public Boundary Boundary { get; }

    public bool Exists => Directory.Exists(Folder);

    public string ExpectedFolder(string name) => Path.Join(Folder, FileName(name) + ExpectedExtension);

    /// <summary>A file of the folder as problems name it.</summary>
    public string Relative(string file) => $"{Channel}/{FolderName}/{file}";

    /// <summary>True for a name that a case may have.</summary>
    public static bool IsGoodName(string name) => Names.IsGood(name) && name[0] is not ('.' or '_') && name != FolderName;

    /// <summary>True when there is anything of a case with this name.</summary>
    public bool Uses(string name) =>
        Directory.EnumerateFileSystemEntries(Folder).Any(entry => Path.GetFileNameWithoutExtension(entry) == name);

    /// <summary>The files right in a folder, in order of name, without hidden ones.</summary>
    public static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => !ChannelTree.IsHidden(Path.GetFileName(file))).Order(StringComparer.Ordinal);

    /// <summary>Every file of the cases as it looks now; what cannot be looked at is left out.</summary>
    public IReadOnlyList<FileStamp> AllFiles()
    {
        try
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, AttributesToSkip = FileAttributes.ReparsePoint };
            return [.. Directory.EnumerateFiles(Folder, "*", options).Order(StringComparer.Ordinal).Select(FileStamp.Of)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A stamp only has to differ when something changes; reading the cases says what is wrong with the folder.
            return [];
        }
    }

    /// <summary>A name that stays in its folder.</summary>
    public static string FileName(string name) =>
        name.AsSpan().IndexOfAny('/', '\\', '\0') < 0 && name is not ("" or "." or "..") ? name : throw new IOException($"{Shown.Value(name)} cannot be a file's name");

    /// <summary>Nothing is written through a link that leads out of the channels folder.</summary>
    public void RefuseLink(string folder)
    {
        if (!Boundary.Holds(folder))
        {
            throw new IOException($"{Path.GetRelativePath(_root, folder)} is a link that leads out of the channels folder");
        }
    }
}
