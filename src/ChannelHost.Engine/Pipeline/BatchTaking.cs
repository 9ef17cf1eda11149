namespace ChannelHost.Engine.Pipeline;

/// <summary>The source's <c>batch:</c> setting, ready for work.</summary>
/// <param name="Splitter">Takes batches apart.</param>
/// <param name="MaximumParts">The most parts that one may have.</param>
internal sealed record BatchTaking(IBatchSplitter Splitter, int MaximumParts)
{
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
