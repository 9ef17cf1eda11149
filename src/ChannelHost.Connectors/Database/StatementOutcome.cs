namespace ChannelHost.Connectors.Database;

/// <summary>What a statement did.</summary>
/// <param name="Rows">The rows of its first result set; null when it has none or nobody wanted them.</param>
/// <param name="GaveRows">Whether it has a result set.</param>
/// <param name="Affected">How many rows it changed.</param>
/// <param name="IsCut">Whether there were more rows than the limits allow.</param>
internal sealed record StatementOutcome(RowSet? Rows, bool GaveRows, int Affected, bool IsCut);

/// <summary>What becomes of a statement's rows.</summary>
internal enum RowReading
{
    /// <summary>All are read; more than the limits allow is a failure.</summary>
    All,

    /// <summary>As many are read as the limits allow.</summary>
    AsManyAsAllowed,

    /// <summary>Nobody wants them.</summary>
    Leave,
}
