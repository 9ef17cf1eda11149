namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>How long is waited for what.</summary>
internal sealed record PgTimes
{
    /// <summary>For a connection.</summary>
    internal TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For the answer to a commit, before the connection is given up and the outcome is looked up on another one.</summary>
    internal TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long what is to be stored waits for a server that is gone, before callers get an error.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A server that is gone is tried again this often.</summary>
    internal TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For a lock that somebody else holds.</summary>
    internal TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For those who still read a table that is to be dropped. Longer than the server's <c>deadlock_timeout</c>, after which it ends an autovacuum that stands in the way.</summary>
    internal TimeSpan Readers { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A partition that could not be made is tried again this often while there is room in the present one.</summary>
    internal TimeSpan PartitionAgain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Without work for this long, the writer's thread ends.</summary>
    internal TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(10);
}
