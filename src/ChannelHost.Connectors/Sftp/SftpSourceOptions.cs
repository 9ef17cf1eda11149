using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Polling;

namespace ChannelHost.Connectors.Sftp;

/// <summary>The settings of a source that takes files from a server's folder.</summary>
internal sealed record SftpSourceOptions : SftpConnectionOptions
{
    /// <summary>The folder.</summary>
    [Option("The folder on the server to take files from; a relative one counts from where the account lands.", Required = true, Example = "/out/results")]
    public string Folder { get; init; } = "";

    /// <summary>Which names; default all.</summary>
    [Option("Which file names: * stands for any characters, ? for one; case counts.", Example = "*.hl7")]
    public string Pattern { get; init; } = "*";

    /// <summary>A regular expression that names must fit, besides the pattern; null: none.</summary>
    [Option("A regular expression that file names must fit, too; it counts anywhere in the name unless it begins with ^ and ends with $.", Example = "^ADT_[0-9]{8}_.*[.]hl7$")]
    public string? Expression { get; init; }

    /// <summary>Whether folders below count; default false.</summary>
    [Option("Looks into the folders below, too; hidden ones and links are left out.")]
    public bool Recurse { get; init; }

    /// <summary>The pause between two looks; null: 10 s, or what <see cref="Schedule"/> says. 100 ms to 1 d.</summary>
    [Option("The pause between two looks at the folder; 10s when neither this nor schedule is given.", Minimum = "100ms", Maximum = "1d")]
    public TimeSpan? Interval { get; init; }

    /// <summary>When the folder is looked at, in place of <see cref="Interval"/>; null: by that.</summary>
    [Option("When the folder is looked at: intervals or cron, active hours, days. In place of interval.")]
    public ScheduleOptions? Schedule { get; init; }

    /// <summary>How long size and time of change must stay the same; default 5 s, 0 for senders that rename into place.</summary>
    [Option("How long a file's size and time of change must have been seen unchanged; 0s where senders write elsewhere and rename.", Minimum = "0s", Maximum = "1d")]
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How old a file must be by its own time of change; default 0.</summary>
    [Option("How old a file must be by its time of change, measured by this machine's clock.", Minimum = "0s", Maximum = "30d")]
    public TimeSpan MinimumAge { get; init; }

    /// <summary>The order; default by name.</summary>
    [Option("In which order files are taken: name, or time (oldest first).")]
    public FileOrder Order { get; init; }

    /// <summary>How many files one look takes at most; default 1,000.</summary>
    [Option("How many files are taken in one look at most.", Minimum = "1", Maximum = "100000")]
    public int FilesPerLook { get; init; } = 1000;

    /// <summary>How many sessions work side by side; default 4.</summary>
    [Option("How many sessions claim, read and remove files side by side; they are handed over in order all the same.", Minimum = "1", Maximum = "16")]
    public int Sessions { get; init; } = 4;

    /// <summary>The largest file; default 50 MB.</summary>
    [Option("The largest file that is taken; a larger one goes to errorFolder, or stays and is reported.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaximumFile { get; init; } = ByteSize.Megabytes(50);

    /// <summary>What becomes of a file once its message is stored; default delete.</summary>
    [Option("What becomes of a file once its message is stored: delete or move.")]
    public AfterFile After { get; init; }

    /// <summary>Where files go with <c>after: move</c>.</summary>
    [Option("The folder on the server that files go to with after: move. Never overwrites: a second file of a name gets a number.")]
    public string? MoveTo { get; init; }

    /// <summary>Where files go that are too large or whose message ended in an error; null: as any other file, or left where they are.</summary>
    [Option("The folder on the server for files that are too large or whose message ended in an error. Never overwrites.")]
    public string? ErrorFolder { get; init; }

    /// <summary>Names that are never taken: what senders use while they write.</summary>
    [Option("Names that are never taken because senders use them while they write.")]
    public IReadOnlyList<string> IgnoreTemporary { get; init; } = ["*.tmp", ".*", "*.part", "*.filepart"];

    /// <summary>After what age a temporary name, or another host's claim, is reported as abandoned; default 1 h, 0 for never.</summary>
    [Option("After what age a temporary name, or another host's claim, is reported as abandoned; 0s for never.", Minimum = "0s", Maximum = "30d")]
    public TimeSpan AbandonedAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The ending of marker files: a file is taken once a file of its name and this ending stands beside it. Null: none.</summary>
    [Option("The ending of marker files: a file is taken once a second file, named like it with this ending, stands beside it; the marker goes with the file.", Example = ".done")]
    public string? Marker { get; init; }

    /// <summary>Whether a file is renamed before it is read, so that one host alone has it; default true.</summary>
    [Option("Renames each file before it is read, so that of several hosts one takes it; without it let one host alone poll.")]
    public bool Claim { get; init; } = true;

    /// <summary>After what time another host's claim is taken over; default 0, never.</summary>
    [Option("Takes over a claim of another host that was seen unchanged for so long; its message is marked, since that host may have stored it. 0s for never.", Minimum = "0s", Maximum = "30d")]
    public TimeSpan TakeOverAfter { get; init; }
}
