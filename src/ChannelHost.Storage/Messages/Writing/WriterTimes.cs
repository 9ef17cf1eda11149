namespace ChannelHost.Storage.Messages.Writing;

/// <summary>How long the writer waits for what.</summary>
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
}
