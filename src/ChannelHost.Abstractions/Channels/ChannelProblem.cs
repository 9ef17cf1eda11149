namespace ChannelHost.Abstractions;

/// <summary>What a problem means for a deploy.</summary>
public enum ProblemSeverity
{
    /// <summary>The folder cannot be deployed as it is.</summary>
    Error,

    /// <summary>It can, but somebody should look.</summary>
    Warning,
}

/// <summary>Something wrong with a channel's folder. Never holds the value of an environment variable or of a secret setting.</summary>
/// <param name="File">Relative to the channels folder: <c>clinic/registration/channel.yaml</c>.</param>
/// <param name="Line">From 1; 0 when the whole file is meant.</param>
/// <param name="Column">From 1; 0 when unknown.</param>
/// <param name="Field">The setting: <c>destinations[0].queue.mode</c>; empty when none.</param>
/// <param name="Found">What stands there.</param>
/// <param name="Wanted">What should, and what to do.</param>
/// <param name="Severity">Whether it stops a deploy.</param>
public sealed record ChannelProblem(
    string File,
    int Line,
    int Column,
    string Field,
    string Found,
    string Wanted,
    ProblemSeverity Severity = ProblemSeverity.Error)
{
    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        var severity = Severity == ProblemSeverity.Warning ? "warning: " : "";
        var field = Field.Length > 0 ? $"{Field}: " : "";
        return $"{place}: {severity}{field}found {Found}; wanted {Wanted}";
    }
}

/// <summary>What reading a channel's folder gave: a definition, problems, or (when they are all warnings) both.</summary>
/// <param name="Name">The channel's name.</param>
/// <param name="Definition">Null when there are errors.</param>
/// <param name="Problems">Empty when all is good; by file, line and column.</param>
public sealed record ChannelReading(string Name, ChannelDefinition? Definition, IReadOnlyList<ChannelProblem> Problems)
{
    /// <summary>The texts that make up a good version, as they were when it was read: what the record of versions keeps. Empty when there are errors.</summary>
    public IReadOnlyList<ChannelFile> Files { get; init; } = [];

    /// <summary>The names of the secrets it refers to, there or not.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The owner of the file of this channel that was written last, as the operating system names them; empty when unknown.</summary>
    public string ChangedBy { get; init; } = "";

    /// <summary>False when the folder says <c>enabled: false</c>, whatever else is wrong with it.</summary>
    public bool IsMeantToRun { get; init; } = true;
}

/// <summary>A text that is part of a channel's version. References stand in it as they are written: no secret does.</summary>
/// <param name="Name">Relative to the channels folder: <c>clinic/registration/channel.yaml</c>, <c>lib/dates.js</c>, <c>config/base.yaml</c>.</param>
/// <param name="Text">The text; a byte order mark is its first character.</param>
public sealed record ChannelFile(string Name, string Text);

/// <summary>Reads channel folders. All that is wrong with a folder is told at once. Safe for use by many threads.</summary>
public interface IChannelFiles
{
    /// <summary>Reads all channels, or those at or below one folder, in order of name.</summary>
    /// <param name="path">A channel's folder, a group's (a full path, or relative to the channels folder), or null for the whole channels folder.</param>
    IReadOnlyList<ChannelReading> ReadAll(string? path = null);

    /// <summary>Reads one channel anew; null when its folder is gone.</summary>
    ChannelReading? Read(string name);

    /// <summary>
    /// Reads a version of a channel from its texts, as if they stood in the channels folder: relative paths in its settings lead where they always lead,
    /// secrets and variables have their values of now, and what another channel has is refused. The folder itself is not touched.
    /// </summary>
    /// <param name="name">The channel.</param>
    /// <param name="texts">The version's texts.</param>
    /// <param name="sharedOfFolder">True to read it with the library and the configuration that stand in the folder now; false with those among the texts.</param>
    /// <param name="scratchFolder">A folder for the time of the reading; what is put into it goes again.</param>
    /// <exception cref="IOException">The scratch folder cannot be written to.</exception>
    ChannelReading ReadTexts(string name, IReadOnlyList<ChannelFile> texts, bool sharedOfFolder, string scratchFolder);

    /// <summary>
    /// Gives the names of channels that changed, appeared or went since they were last read, some time after the last write of a burst (300 ms),
    /// until cancelled. What makes up a channel is its <c>channel.yaml</c>, the scripts beside it and those it names: data that lies in its folder
    /// is not looked at. A change below <c>lib/</c> names every channel; a channel that was refused for something another one held is named again
    /// when that one changes. Works also where the file system gives no notice (by looking every 5 s).
    /// </summary>
    IAsyncEnumerable<IReadOnlyCollection<string>> WatchAsync(CancellationToken cancellationToken);
}
