namespace ChannelHost.Abstractions;

/// <summary>Something wrong with a channel's folder.</summary>
/// <param name="File">Relative to the channels folder: <c>clinic/registration/channel.yaml</c>.</param>
/// <param name="Line">From 1; 0 when the whole file is meant.</param>
/// <param name="Column">From 1; 0 when unknown.</param>
/// <param name="Field">The setting: <c>destinations[0].queue.mode</c>; empty when none.</param>
/// <param name="Found">What stands there.</param>
/// <param name="Wanted">What should, and what to do.</param>
public sealed record ChannelProblem(string File, int Line, int Column, string Field, string Found, string Wanted)
{
    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        var field = Field.Length > 0 ? $"{Field}: " : "";
        return $"{place}: {field}found {Found}; wanted {Wanted}";
    }
}

/// <summary>What reading a channel's folder gave: a definition, or problems.</summary>
/// <param name="Name">The channel's name.</param>
/// <param name="Definition">Null when there are problems.</param>
/// <param name="Problems">Empty when it is good.</param>
public sealed record ChannelReading(string Name, ChannelDefinition? Definition, IReadOnlyList<ChannelProblem> Problems);

/// <summary>Reads channel folders. All that is wrong with a folder is told at once.</summary>
public interface IChannelFiles
{
    /// <summary>Reads all channels, or those at or below one folder.</summary>
    /// <param name="path">A channel's folder, a group's, or null for the whole channels folder.</param>
    IReadOnlyList<ChannelReading> ReadAll(string? path = null);

    /// <summary>Reads one channel anew; null when its folder is gone.</summary>
    ChannelReading? Read(string name);

    /// <summary>
    /// Gives the names of channels whose folder changed, appeared or went, some time after the last write of a burst (default 300 ms),
    /// until cancelled. A change below <c>lib/</c> names every channel. Works also where the file system gives no notice (by looking every 5 s).
    /// </summary>
    IAsyncEnumerable<IReadOnlyCollection<string>> WatchAsync(CancellationToken cancellationToken);
}
