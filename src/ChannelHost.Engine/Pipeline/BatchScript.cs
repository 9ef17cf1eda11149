namespace ChannelHost.Engine.Pipeline;

/// <summary>
/// Takes batches apart by a script, which is run again and again and gives one message each time, until it gives nothing. It runs once through for each batch: what
/// it gives is kept until the batch is taken in.
/// </summary>
/// <param name="unit">The script.</param>
/// <param name="name">Its file, for people.</param>
/// <param name="codec">How the batch and its messages are read.</param>
/// <param name="environment">The channel's.</param>
internal sealed class BatchScript(IScriptUnit unit, string name, IMessageCodec codec, ScriptEnvironment environment) : IBatchSplitter
{
    /// <summary>What all messages of a batch may hold together, beyond sixteen times the batch itself: a script that gives ever more must come to an end.</summary>
    private const long MostBytesBeyond = 64L * 1024 * 1024;

    /// <summary>So many messages may come when nothing is left to read: a trailer, a last group. More is a script that forgot to end.</summary>
    private const int MostAfterEnd = 1_000;

    /// <summary>Takes a batch apart. What the script changed in <c>globalChannelMap</c> goes with the batch.</summary>
    /// <exception cref="OperationCanceledException">The channel is closed.</exception>
    public (IBatchSplitter Parts, IncomingMessage Whole) Read(IncomingMessage whole, int maximumParts, CancellationToken cancellationToken)
    {
        var changes = new List<StateChange>();
        var parts = ReadParts(whole.Content, whole.SourceMap, maximumParts, changes, cancellationToken);
        return (new KeptParts(parts), changes.Count == 0 ? whole : whole with { StateChanges = [.. whole.StateChanges, .. changes] });
    }

    /// <inheritdoc/>
    public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content) => ReadParts(content, new Dictionary<string, object?>(), int.MaxValue, [], CancellationToken.None);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers) => Last(answers);

    // A script knows no envelope: the sender hears what was said to its last message, as in Mirth.
    private static ReadOnlyMemory<byte>? Last(IReadOnlyList<BatchAnswer> answers) => answers.Count == 0 ? default(ReadOnlyMemory<byte>?) : answers[^1].Response.Content;

    private List<BatchPart> ReadParts(
        ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, object?> sourceMap, int maximumParts, List<StateChange> changes, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = codec.Decode(content);
        }
        catch (MessageFormatException problem)
        {
            return [new BatchPart(1, "the whole", content, $"a batch script reads text, and this is none: {problem.Message}")];
        }

        var parts = new List<BatchPart>();
        using var reader = new BatchText(text);
        var bytes = 0L;
        var afterEnd = 0;
        while (parts.Count <= maximumParts)
        {
            // Each run has its own time limit; all of them together must not keep a channel from closing.
            cancellationToken.ThrowIfCancellationRequested();
            var begin = reader.Position;
            var (part, error) = Next(reader, sourceMap, changes, cancellationToken);
            if (error is null && part.IsEmpty && reader.HasOnlyBlanksLeft)
            {
                break;
            }

            error ??= part.IsEmpty ? "it gave no message although the batch goes on" : null;

            bytes += part.Length;
            afterEnd += reader.Peek() < 0 ? 1 : 0;
            error ??= bytes > (16L * content.Length) + MostBytesBeyond ? "its messages are larger than the batch many times over"
                : afterEnd > MostAfterEnd ? $"it gave {MostAfterEnd} messages when nothing was left to read"
                : null;
            if (error is not null)
            {
                // The rest is kept and seen, with what this run had read of it, where the reference only writes to its log.
                environment.Log("error", $"the batch ends at message {parts.Count + 1}: {error}", name);
                parts.Add(new BatchPart(parts.Count + 1, Place(parts.Count + 1), codec.Encode(reader.From(begin)), $"the batch script {name} failed: {error}"));
                break;
            }

            parts.Add(new BatchPart(parts.Count + 1, Place(parts.Count + 1), part));
        }

        return parts;
    }

    private (ReadOnlyMemory<byte> Part, string? Error) Next(
        TextReader reader, IReadOnlyDictionary<string, object?> sourceMap, List<StateChange> changes, CancellationToken cancellationToken)
    {
        var scope = new ScriptScope
        {
            Connector = "source",
            MessageId = 0,
            Content = default,
            Inbound = codec,
            Outbound = codec,
            Maps = new MessageMaps { Source = sourceMap },
            ConnectorId = -1,
            Reader = reader,
        };
        var result = unit.Run(scope, cancellationToken);
        changes.AddRange(scope.StateChanges);
        if (result.Outcome == ScriptOutcome.Failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (default, result.Error!.Told);
        }

        try
        {
            return (result.Value is string { Length: > 0 } text ? codec.Encode(text) : default, null);
        }
        catch (MessageFormatException problem)
        {
            return (default, problem.Message);
        }
    }

    private static string Place(int number) => FormattableString.Invariant($"message {number}");

    private sealed class KeptParts(List<BatchPart> parts) : IBatchSplitter
    {
        public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content) => parts;

        public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers) => Last(answers);
    }
}
