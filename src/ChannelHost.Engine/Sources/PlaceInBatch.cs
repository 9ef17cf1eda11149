using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>Where a message stands in the batch that it came in.</summary>
/// <param name="batch">The batch.</param>
/// <param name="part">The part.</param>
/// <param name="number">From 1; 0 for the whole of a batch that holds none.</param>
internal sealed class PlaceInBatch(ReceivedBatch batch, BatchPart part, int number) : IMessageOrigin
{
    private const string Number = "batchSequenceId";
    private const string Place = "batchPlace";
    private const string Problem = "batchProblem";

    public bool IsNoMessage => part.Problem is not null || number == 0;

    /// <summary>Why a stored message is none, by its source map; null when it is one.</summary>
    public static string? ProblemIn(IReadOnlyDictionary<string, object?> sourceMap) => sourceMap.GetValueOrDefault(Problem) as string;

    /// <summary>True when there was nothing for scripts to do on a stored message, by its source map.</summary>
    public static bool IsNoMessageIn(IReadOnlyDictionary<string, object?> sourceMap) =>
        ProblemIn(sourceMap) is not null || sourceMap.GetValueOrDefault(Number) is 0.0;

    /// <summary>The part that a stored message was.</summary>
    public static BatchPart PartOf(StoredMessage stored)
    {
        var sourceMap = stored.SourceMap ?? new Dictionary<string, object?>();
        return new BatchPart(
            sourceMap.GetValueOrDefault(Number) is double number ? (int)number : 0,
            sourceMap.GetValueOrDefault(Place) as string ?? "",
            stored.Raw ?? default,
            ProblemIn(sourceMap));
    }

    /// <summary>The message with its place: for scripts in its source map (the names are Mirth's, <c>batchPlace</c> and <c>batchCount</c> are ours), for searching in the store.</summary>
    public ConnectorMessage Put(ConnectorMessage message)
    {
        var batchId = batch.IdFor(message.Id);
        return message with
        {
            SourceMap = SourceMap(message.SourceMap, batchId),
            BatchId = batch.Count > 1 ? batchId : 0,
            BatchStep = batch.StepFor(part, number),
            Problem = part.Problem,
            IsEmptyBatch = number == 0,
        };
    }

    private Dictionary<string, object?> SourceMap(IReadOnlyDictionary<string, object?> whole, long batchId)
    {
        var sourceMap = new Dictionary<string, object?>(whole)
        {
            ["batchId"] = (double)batchId,
            [Number] = (double)number,
            ["batchCount"] = (double)batch.Count,
            ["batchComplete"] = number == batch.Count,
            [Place] = part.Place,
        };
        if (part.Problem is not null)
        {
            sourceMap[Problem] = part.Problem;
        }

        return sourceMap;
    }
}
