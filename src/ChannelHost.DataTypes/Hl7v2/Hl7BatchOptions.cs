namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>How a source takes HL7 v2 batches apart.</summary>
internal sealed record Hl7BatchOptions
{
    /// <summary>Whether BTS-1 and FTS-1 are compared with what was found; default true.</summary>
    [Option("Whether the counts in BTS-1 and FTS-1 are compared with what was found; a difference is kept as one more message, in error.")]
    public bool CheckCounts { get; init; } = true;
}
