using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Polling;

namespace ChannelHost.Connectors.Files;

/// <summary>The settings of a source that takes files from a folder.</summary>
internal sealed record FilesSourceOptions
{
    /// <summary>The folder.</summary>
    [Option("The folder to take files from.", Required = true, IsPath = true, Example = "/var/spool/registrations")]
    public string Folder { get; init; } = "";

    /// <summary>Whether a missing folder is made at start; default false, since a missing folder is often a share that is not mounted.</summary>
    [Option("Makes the folder at start when it is missing; leave it off where the folder is a mounted share.")]
    public bool CreateFolder { get; init; }

    /// <summary>Which names; default all.</summary>
    [Option("Which file names: * stands for any characters, ? for one; case counts.", Example = "*.hl7")]
    public string Pattern { get; init; } = "*";

    /// <summary>A regular expression that names must fit, besides the pattern; null: none.</summary>
    [Option("A regular expression that file names must fit, too; it counts anywhere in the name unless it begins with ^ and ends with $.", Example = "^ADT_[0-9]{8}_.*[.]hl7$")]
    public string? Expression { get; init; }

    /// <summary>Whether folders below count; default false.</summary>
    [Option("Looks into the folders below, too; hidden ones and links are left out.")]
    public bool Recurse { get; init; }

    /// <summary>The pause between two looks; null: 5 s, or what <see cref="Schedule"/> says. 100 ms to 1 d.</summary>
    [Option("The pause between two looks at the folder; 5s when neither this nor schedule is given.", Minimum = "100ms", Maximum = "1d")]
    public TimeSpan? Interval { get; init; }

    /// <summary>When the folder is looked at, in place of <see cref="Interval"/>; null: by that.</summary>
    [Option("When the folder is looked at: intervals or cron, active hours, days. In place of interval.")]
    public ScheduleOptions? Schedule { get; init; }

    /// <summary>How long size and time of change must stay the same; default 2 s, 0 for senders that rename into place.</summary>
    [Option("How long a file's size and time of change must have been seen unchanged; 0s where senders write elsewhere and rename.", Minimum = "0s", Maximum = "1d")]
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How old a file must be by its own time of change; default 0.</summary>
    [Option("How old a file must be by its time of change, measured by this machine's clock.", Minimum = "0s", Maximum = "30d")]
    public TimeSpan MinimumAge { get; init; }

    /// <summary>The order; default by name.</summary>
    [Option("In which order files are taken: name, or time (oldest first).")]
    public FileOrder Order { get; init; }

    /// <summary>How many files one look takes at most; default 1,000.</summary>
    [Option("How many files are taken in one look at most.", Minimum = "1", Maximum = "100000")]
    public int FilesPerLook { get; init; } = 1000;

    /// <summary>The largest file; default 50 MB.</summary>
    [Option("The largest file that is taken; a larger one goes to errorFolder, or stays and is reported.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaximumFile { get; init; } = ByteSize.Megabytes(50);

    /// <summary>What becomes of a file once its message is stored; default delete.</summary>
    [Option("What becomes of a file once its message is stored: delete or move.")]
    public AfterFile After { get; init; }

    /// <summary>Where files go with <c>after: move</c>.</summary>
    [Option("Where files go with after: move. Never overwrites: a second file of a name gets a number.", IsPath = true)]
    public string? MoveTo { get; init; }

    /// <summary>Where files go that are too large or whose message ended in an error; null: as any other file, or left where they are.</summary>
    [Option("Where files go that are too large or whose message ended in an error. Never overwrites.", IsPath = true)]
    public string? ErrorFolder { get; init; }

    /// <summary>Names that are never taken: what senders use while they write.</summary>
    [Option("Names that are never taken because senders use them while they write.")]
    public IReadOnlyList<string> IgnoreTemporary { get; init; } = ["*.tmp", ".*", "*.part", "*.filepart"];

    /// <summary>After what age a temporary name is reported as abandoned; default 1 h, 0 for never.</summary>
    [Option("After what age a temporary name is reported as abandoned; 0s for never.", Minimum = "0s", Maximum = "30d")]
    public TimeSpan AbandonedAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The ending of marker files: a file is taken once a file of its name and this ending stands beside it. Null: none.</summary>
    [Option("The ending of marker files: a file is taken once a second file, named like it with this ending, stands beside it; the marker goes with the file.", Example = ".done")]
    public string? Marker { get; init; }

    /// <summary>Whether links to files are followed; default false.</summary>
    [Option("Follows symbolic links to files; only the link is removed. Without it links are reported and left alone.")]
    public bool FollowLinks { get; init; }
}
