namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Finds the channels below the channels folder. Links are followed, each folder is visited once, and the walk is bounded.</summary>
/// <param name="root">The channels folder, a full path.</param>
internal sealed class ChannelTree(string root)
{
    /// <summary>The folder of shared scripts at the top.</summary>
    public const string Library = "lib";

    /// <summary>The folder at the top of the scripts of all channels.</summary>
    public const string Global = "global";

    /// <summary>The folder of values at the top.</summary>
    public const string Configuration = "config";

    private const int MaximumDepth = 16;
    private const int MaximumFolders = 20_000;

    /// <summary>The channels folder.</summary>
    public string Root { get; } = root;

    /// <summary>All channels at or below a folder, in order of name, and what keeps folders from being looked into.</summary>
    /// <param name="below">A group or channel, relative to the root; empty for all.</param>
    public (IReadOnlyList<ChannelPlace> Places, IReadOnlyList<ChannelProblem> Problems) List(string below = "")
    {
        var walk = new Walk(this);
        if (below.Length == 0 || IsReachable(below))
        {
            walk.Start(below);
        }

        return ([.. walk.Places.OrderBy(place => place.Name, StringComparer.Ordinal)], walk.Problems);
    }

    /// <summary>One channel; null when there is none of that name.</summary>
    public ChannelPlace? Find(string name)
    {
        var (places, _) = List(name);
        return places.FirstOrDefault(place => place.Name == name);
    }

    /// <summary>True when a walk from the top could come to a folder: it is not hidden, not in the library and not inside a channel.</summary>
    private bool IsReachable(string below)
    {
        var parts = below.Split('/');
        return !IsReserved(parts[0])
            && !parts.Any(part => part.Length == 0 || IsHidden(part))
            && !Enumerable.Range(1, parts.Length - 1).Any(count => File.Exists(Path.Join([Root, .. parts[..count], ChannelPlace.FileName])));
    }

    /// <summary>True for names that are never looked at: version control, drafts, what editors leave.</summary>
    public static bool IsHidden(ReadOnlySpan<char> name) => name[0] is '.' or '_';

    private static bool IsReserved(string name) => name is Library or Configuration or Global;

    private static bool IsChannelFile(string name) =>
        name.Equals(ChannelPlace.FileName, StringComparison.OrdinalIgnoreCase) || name.Equals("channel.yml", StringComparison.OrdinalIgnoreCase);

    private sealed class Walk(ChannelTree tree)
    {
        private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
        private readonly Queue<(string Folder, string Name, int Depth)> _links = new();

        public List<ChannelPlace> Places { get; } = [];

        public List<ChannelProblem> Problems { get; } = [];

        public void Start(string below)
        {
            var folder = below.Length == 0 ? tree.Root : Path.Join(tree.Root, below);
            Visit(folder, below, 0);

            // Links after all else, so that a folder is known by its own name where it has one.
            while (_links.TryDequeue(out var link))
            {
                Visit(link.Folder, link.Name, link.Depth);
            }
        }

        private void Visit(string folder, string name, int depth)
        {
            try
            {
                if (!_visited.Add(RealPath.Of(folder)))
                {
                    return;
                }

                if (_visited.Count > MaximumFolders)
                {
                    TooMany();
                    return;
                }

                Look(folder, name, depth);
            }
            catch (DirectoryNotFoundException)
            {
                // Deleted while we walked: there is no channel here any more, and whoever asks for it by name is told so.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                var found = $"a folder that cannot be looked into ({TextFile.Reason(error)})";
                Problems.Add(new ChannelProblem(name.Length == 0 ? "." : name, 0, 0, "", found, "a folder that the host's user may read"));
            }
        }

        private void Look(string folder, string name, int depth)
        {
            var files = new List<FileStamp>();
            var folders = new List<DirectoryInfo>();
            var isChannel = false;
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (entry is DirectoryInfo below)
                {
                    folders.Add(below);
                }
                else if (IsChannelFile(entry.Name) || (entry.Extension == ".js" && entry.Name[0] != '.'))
                {
                    isChannel |= IsChannelFile(entry.Name);
                    files.Add(FileStamp.Of((FileInfo)entry));
                }
            }

            if (name.Length == 0)
            {
                RefuseReserved(folders);
            }

            folders.RemoveAll(below => IsHidden(below.Name) || (name.Length == 0 && IsReserved(below.Name)));
            if (isChannel)
            {
                AddChannel(folder, name, files, folders);
            }
            else if (depth < MaximumDepth)
            {
                VisitAll(folders, name, depth);
            }
        }

        private void AddChannel(string folder, string name, List<FileStamp> files, List<DirectoryInfo> folders)
        {
            if (name.Length == 0)
            {
                const string Wanted = "`<group>/<name>/channel.yaml` below the channels folder";
                Problems.Add(new ChannelProblem(ChannelPlace.FileName, 0, 0, "", "a channel that is not in a folder of its own", Wanted));
                VisitAll(folders, name, 0);
                return;
            }

            files.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
            var nested = folders.Where(below => File.Exists(Path.Join(below.FullName, ChannelPlace.FileName))).Select(below => below.Name);
            Places.Add(new ChannelPlace(name, folder, files, [.. nested.Order(StringComparer.Ordinal)]));
        }

        /// <summary>A group that has one of our names would not run, and nobody would know why.</summary>
        private void RefuseReserved(List<DirectoryInfo> folders)
        {
            foreach (var folder in folders.Where(folder => folder.Name is Configuration or Global))
            {
                foreach (var below in folder.EnumerateDirectories().Where(below => File.Exists(Path.Join(below.FullName, ChannelPlace.FileName))))
                {
                    Problems.Add(new ChannelProblem(
                        $"{folder.Name}/{below.Name}/{ChannelPlace.FileName}", 0, 0, "", $"a channel in the folder `{folder.Name}`, which is for {(folder.Name == Global ? "the scripts of all channels" : "values")}", "a group of another name"));
                }
            }
        }

        private void VisitAll(List<DirectoryInfo> folders, string name, int depth)
        {
            folders.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
            foreach (var below in folders)
            {
                var belowName = name.Length == 0 ? below.Name : $"{name}/{below.Name}";
                if (below.LinkTarget is null)
                {
                    Visit(below.FullName, belowName, depth + 1);
                }
                else
                {
                    _links.Enqueue((below.FullName, belowName, depth + 1));
                }
            }
        }

        private void TooMany()
        {
            if (_visited.Count == MaximumFolders + 1)
            {
                const string Wanted = "a channels folder with nothing but channels in it; does a link lead out of it?";
                Problems.Add(new ChannelProblem(".", 0, 0, "", $"more than {MaximumFolders:N0} folders", Wanted));
            }
        }
    }
}
