namespace ChannelHost.Engine.Pipeline;

/// <summary>The source's <c>batch:</c> setting, ready for work.</summary>
/// <param name="Splitter">Takes batches apart.</param>
/// <param name="MaximumParts">The most parts that one may have.</param>
internal sealed record BatchTaking(IBatchSplitter Splitter, int MaximumParts)
{
    /// <summary>Takes batches apart in place of <see cref="Splitter"/>; null when no script does.</summary>
    public BatchScript? Script { get; init; }

    /// <summary>For one batch: a script reads it now, and what it gave is kept.</summary>
    public (BatchTaking Taking, IncomingMessage Whole) For(IncomingMessage whole, CancellationToken cancellationToken)
    {
        if (Script is null)
        {
            return (this, whole);
        }

        var (parts, read) = Script.Read(whole, MaximumParts, cancellationToken);
        return (this with { Splitter = parts, Script = null }, read);
    }

    /// <summary>How many parts a batch has; one more than the maximum stands for too many.</summary>
    public int Count(ReadOnlyMemory<byte> content)
    {
        var count = 0;
        foreach (var _ in Splitter.Split(content))
        {
            if (++count > MaximumParts)
            {
                break;
            }
        }

        return count;
    }
}
