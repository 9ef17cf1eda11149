using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>Where a message stands in the batch that it came in.</summary>
/// <param name="batch">The batch.</param>
/// <param name="part">The part.</param>
/// <param name="number">From 1; 0 for the whole of a batch that holds none.</param>
/// <param name="isWhole">True for a batch that is kept without being taken apart.</param>
/// <param name="replay">What the batch is made from again; null when it came from the source.</param>
internal sealed class PlaceInBatch(ReceivedBatch batch, BatchPart part, int number, bool isWhole = false, ReplayedMessage? replay = null) : IMessageOrigin
{
    private const string Number = "batchSequenceId";
    private const string Place = "batchPlace";
    private const string Problem = "batchProblem";
    private const string Whole = "batchWhole";

    public bool IsNoMessage => part.Problem is not null || number == 0;

    /// <summary>Why a stored message is none, by its source map; null when it is one.</summary>
    public static string? ProblemIn(IReadOnlyDictionary<string, object?> sourceMap) => sourceMap.GetValueOrDefault(Problem) as string;

    /// <summary>True when there was nothing for scripts to do on a stored message, by its source map.</summary>
    public static bool IsNoMessageIn(IReadOnlyDictionary<string, object?> sourceMap) =>
        ProblemIn(sourceMap) is not null || sourceMap.GetValueOrDefault(Number) is 0.0;

    /// <summary>True when a stored message is a batch that was not taken apart, by its source map.</summary>
    public static bool IsWholeIn(IReadOnlyDictionary<string, object?> sourceMap) => sourceMap.GetValueOrDefault(Whole) is true;

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
        var placed = message with
        {
            SourceMap = SourceMap(message.SourceMap, batchId),
            BatchId = batch.Count > 1 ? batchId : 0,
            BatchStep = batch.StepFor(part, number),
            Problem = part.Problem ?? message.Problem,
            IsEmptyBatch = number == 0,
        };
        return replay?.Put(placed) ?? placed;
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

        // A batch that is taken apart at last says of its parts what it said of itself, unless it is unsaid.
        sourceMap.Remove(Whole);
        sourceMap.Remove(Problem);
        if (part.Problem is not null)
        {
            sourceMap[Problem] = part.Problem;
        }

        if (isWhole)
        {
            sourceMap[Whole] = true;
        }

        return sourceMap;
    }
}
