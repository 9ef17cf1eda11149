namespace ChannelHost.Server.Bench.Suite;

/// <summary>What <c>bench --suite</c> is to measure.</summary>
internal sealed record SuitePlan
{
    /// <summary>Where the temporary folders are made: the disk that is measured.</summary>
    public required string Folder { get; init; }

    /// <summary>A look in two minutes instead of a measurement in six: shorter rounds, fewer files.</summary>
    public bool Quick { get; init; }

    /// <summary>Also what takes long: the cost of a message beside millions of stored ones.</summary>
    public bool Long { get; init; }

    /// <summary>So many messages are stored before the long measurement.</summary>
    public int Stored { get; init; } = 10_000_000;

    /// <summary>How to reach the PostgreSQL server whose store is measured; null: it is not.</summary>
    public string? StoreConnection { get; init; }

    /// <summary>One round of load.</summary>
    public TimeSpan Round => TimeSpan.FromSeconds(Quick ? 4 : 12);

    /// <summary>One round of load before a measurement; there are as many as it takes until a message costs no less than in the round before.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 3 : 6);

    /// <summary>Files for the SFTP line.</summary>
    public int Files => Quick ? 2_000 : 10_000;
}
