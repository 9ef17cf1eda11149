using System.Globalization;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Takes files and batches apart into messages (HL7 v2 chapter 2, "Batch protocol"). Envelope segments are no messages; lines that stand in no message,
/// and counts that do not agree, are parts with a problem.
/// </summary>
internal sealed class Hl7BatchSplitter(Hl7BatchOptions options) : IBatchSplitter
{
    public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content) => Walk(content).Where(step => step.Part is not null).Select(step => step.Part!.Value);

    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers)
    {
        if (answers.Count > 0 && answers.All(answer => answer.Response.Content is null))
        {
            return null;
        }

        var answer = new Hl7BatchAnswer(Hl7Unicode.Detect(content.Span), FirstAnswer(answers));
        var next = 0;
        foreach (var (piece, part) in Walk(content))
        {
            answer.Envelope(piece);
            if (part is not null && next < answers.Count)
            {
                answer.Message(piece, answers[next++].Response, isOnly: answers.Count == 1);
            }
        }

        return answer.End();
    }

    // Both directions walk in the same way, so that the answers meet their pieces.
    private IEnumerable<(Hl7Piece Piece, BatchPart? Part)> Walk(ReadOnlyMemory<byte> content)
    {
        int number = 0, messages = 0, allMessages = 0, batches = 0;
        foreach (var piece in Hl7Batch.Pieces(content))
        {
            string? problem = null;
            switch (piece.Kind)
            {
                case Hl7PieceKind.BatchHeader:
                    messages = 0;
                    batches++;
                    break;
                case Hl7PieceKind.BatchTrailer:
                    problem = Miscount(piece, "BTS-1", "messages", messages);
                    messages = 0;
                    break;
                case Hl7PieceKind.FileTrailer when batches > 0:
                    // By the standard it counts batches; senders that count messages mean well too.
                    problem = Miscount(piece, "FTS-1", "batches", batches, allMessages);
                    break;
                case Hl7PieceKind.Message:
                    messages++;
                    allMessages++;
                    break;
                case Hl7PieceKind.Stray when piece.Content.Length < content.Length:
                    problem = "These lines belong to no message: no MSH begins before them.";
                    break;
            }

            var isPart = problem is not null || piece.Kind is Hl7PieceKind.Message or Hl7PieceKind.Stray;
            yield return (piece, isPart ? new BatchPart(++number, string.Create(CultureInfo.InvariantCulture, $"line {piece.Line}"), piece.Content, problem) : null);
        }

        if (number == 0 && batches == 0 && !Hl7Batch.Pieces(content).Any())
        {
            // Nothing but blanks is no batch; the codec says so.
            yield return (new Hl7Piece(Hl7PieceKind.Stray, 1, content), new BatchPart(1, "line 1", content));
        }
    }

    private string? Miscount(Hl7Piece piece, string field, string what, params ReadOnlySpan<int> found)
    {
        if (!options.CheckCounts)
        {
            return null;
        }

        var trailer = Hl7Unicode.AsUtf8(piece.Content).Span.TrimEnd("\r\n "u8);
        var separator = trailer.Length > 3 ? trailer[3] : (byte)'|';
        return int.TryParse(Hl7Scan.Part(trailer, separator, 2).Trim((byte)' '), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && !found.Contains(count)
            ? string.Create(CultureInfo.InvariantCulture, $"{field} counts {count} {what}, and {found[0]} were found: something of the batch is missing or twice (setting checkCounts).")
            : null;
    }

    private static ReadOnlyMemory<byte> FirstAnswer(IReadOnlyList<BatchAnswer> answers)
    {
        foreach (var answer in answers)
        {
            if (answer.Response.Content is { IsEmpty: false } content)
            {
                return content;
            }
        }

        return default;
    }
}
