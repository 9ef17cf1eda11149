using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ChannelHost.Engine.Sources;

/// <summary>A batch on its way in: how many parts it has, how far an earlier process took it, and the message that all parts are found by.</summary>
/// <param name="whole">What the source handed over.</param>
/// <param name="count">Its parts.</param>
internal sealed class ReceivedBatch(IncomingMessage whole, int count)
{
    private long _id;

    /// <summary>How many parts it has.</summary>
    public int Count => count;

    /// <summary>By what the batch is known when it comes again; null when it never does. The blank keeps senders' keys apart from the names of things.</summary>
    public string? Key => whole.OnceKey ?? (whole.AnswerKey is { } answer ? $"key {answer.Key} {answer.Fingerprint}" : null);

    /// <summary>True when the answer to the whole is kept with the last part.</summary>
    public bool IsAnsweredByLast => whole.AnswerKey is not null;

    /// <summary>How many of them are stored already.</summary>
    public int Stored { get; private set; }

    /// <summary>The message of the first part; 0 before it has one.</summary>
    public long Id => _id;

    /// <summary>Goes on where an earlier process was interrupted.</summary>
    public void GoOn(BatchProgress progress)
    {
        _id = progress.BatchId;
        Stored = progress.Parts;
    }

    /// <summary>The batch's id for the message of a part: that of the first one.</summary>
    public long IdFor(long messageId)
    {
        Interlocked.CompareExchange(ref _id, messageId, 0);
        return _id;
    }

    /// <summary>How far a part takes the batch; null when the source never reads it again.</summary>
    public BatchStep? StepFor(BatchPart part, int number) =>
        Key is { } key && count > 1 ? new BatchStep(key, number, number == count, CheckOf(part.Content.Span)) : null;

    /// <summary>
    /// What a part is handed over as. The keys are taken with the last one, when the whole is stored; what the source's script changed goes with the first. A sender's
    /// own key goes with the first as well, so that from there on it means this request; the last one takes it over.
    /// </summary>
    public IncomingMessage MessageOf(BatchPart part, int number) => whole with
    {
        Content = part.Content,
        OnceKey = number == count ? whole.OnceKey : null,
        AnswerKey = number == 1 || number == count ? whole.AnswerKey : null,
        StateChanges = number == 1 ? whole.StateChanges : [],
    };

    /// <summary>Tells a part's bytes from others: a batch that is read with other settings than before falls into other parts.</summary>
    public static long CheckOf(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
