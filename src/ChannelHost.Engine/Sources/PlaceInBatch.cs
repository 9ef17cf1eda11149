using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>Where a message stands in the batch that it came in.</summary>
/// <param name="batch">The batch.</param>
/// <param name="part">The part.</param>
/// <param name="number">From 1; 0 for the whole of a batch that holds none.</param>
internal sealed class PlaceInBatch(ReceivedBatch batch, BatchPart part, int number) : IMessageOrigin
{
    public bool IsNoMessage => part.Problem is not null || number == 0;

    /// <summary>The message with its place: for scripts in its source map (the names are Mirth's, <c>batchPlace</c> and <c>batchCount</c> are ours), for searching in the store.</summary>
    public ConnectorMessage Put(ConnectorMessage message)
    {
        var batchId = batch.IdFor(message.Id);
        return message with
        {
            SourceMap = new Dictionary<string, object?>(message.SourceMap)
            {
                ["batchId"] = (double)batchId,
                ["batchSequenceId"] = (double)number,
                ["batchCount"] = (double)batch.Count,
                ["batchComplete"] = number == batch.Count,
                ["batchPlace"] = part.Place,
            },
            BatchId = batch.Count > 1 ? batchId : 0,
            BatchStep = batch.StepFor(part, number),
            Problem = part.Problem,
            IsEmptyBatch = number == 0,
        };
    }
}
