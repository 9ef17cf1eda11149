namespace ChannelHost.Storage.Messages.Writing;

/// <summary>How long the writer waits for what, and how long its log gets.</summary>
internal sealed record WriterTimes
{
    /// <summary>How long a lock held by another program is waited for before callers get an error.</summary>
    internal TimeSpan BusyPatience { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Without work for this long, what is committed is copied from the log into the file.</summary>
    internal TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Without work for this long, the file is closed and the thread ends.</summary>
    internal TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After a failure the disk is tried again this often.</summary>
    internal TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many pages in the log that are not in the file begin a copy beside the traffic.</summary>
    internal int FramesToCopy { get; init; } = 2_000;

    /// <summary>
    /// A log of so many pages is begun anew: for that the writer copies the last few itself, and everybody waits. It is seldom, and the log stays below <see cref="WriteAheadLog.KeptSize"/>.
    /// </summary>
    internal int FramesToBeginAnew { get; init; } = 6_000;

    /// <summary>
    /// A log of so many pages takes no more while a copy goes on: everybody waits for its end and the rest. It comes to that on a disk that is slower than its writers, and keeps
    /// the log below <see cref="WriteAheadLog.KeptSize"/> there, too, unless a reader keeps hold of it.
    /// </summary>
    internal int MostFrames { get; init; } = 8_000;

    /// <summary>So few pages may be copied while everybody waits; more are copied beside the traffic once more.</summary>
    internal int FramesToWaitFor { get; init; } = 200;
}
