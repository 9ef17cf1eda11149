using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChannelHost.DataTypes.Json;

/// <summary>Takes an array apart into its elements, each as it stands. What stands around the array belongs to no message.</summary>
internal sealed class JsonSplitter(JsonBatchOptions options) : IBatchSplitter
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string[] _steps = JsonPointer.Steps(options.Path);

    public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content)
    {
        var begin = content.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
        var elements = new JsonElements(content[begin..]);
        var isArray = TryEnter(elements, out var isJson);
        if (!isArray)
        {
            // What is no JSON the codec says better.
            var isMissing = isJson && _steps.Length > 0;
            yield return new BatchPart(1, "element 1", content, isMissing ? $"There is no array at {options.Path} (setting path)." : null);
            yield break;
        }

        var number = 0;
        while (TryNext(elements, out var element, out var problem))
        {
            number++;
            var (offset, length) = element.GetOffsetAndLength(content.Length - begin);
            yield return new BatchPart(number, string.Create(CultureInfo.InvariantCulture, $"element {number}"), content.Slice(begin + offset, length), problem);
            if (problem is not null)
            {
                yield break;
            }
        }
    }

    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers)
    {
        var bytes = new ArrayBufferWriter<byte>(256 + (answers.Count * 64));
        using var json = new Utf8JsonWriter(bytes, Writing);
        var taken = answers.Count(answer => BatchOutcome.IsTaken(answer.Response));
        json.WriteStartObject();
        json.WriteNumber("accepted", taken);
        json.WriteNumber("rejected", answers.Count - taken);
        json.WriteStartArray("parts");
        foreach (var answer in answers)
        {
            json.WriteStartObject();
            json.WriteNumber("number", answer.Part.Number);
            json.WriteString("place", answer.Part.Place);
            json.WriteString("status", BatchOutcome.WordFor(answer.Response));
            if (BatchOutcome.ReasonFor(answer) is { } reason)
            {
                json.WriteString("reason", reason);
            }

            WriteContent(json, answer.Response.Content);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    // What the channel said to the part: JSON as it is, all else as a text.
    private static void WriteContent(Utf8JsonWriter json, ReadOnlyMemory<byte>? content)
    {
        if (content is not { IsEmpty: false } bytes || !System.Text.Unicode.Utf8.IsValid(bytes.Span))
        {
            return;
        }

        json.WritePropertyName("answer");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteStringValue(bytes.Span);
        }
    }

    private bool TryEnter(JsonElements elements, out bool isJson)
    {
        try
        {
            isJson = true;
            return elements.Enter(_steps);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            isJson = false;
            return false;
        }
    }

    // Where the rest cannot be read any more, it is one last element with a problem.
    private static bool TryNext(JsonElements elements, out Range element, out string? problem)
    {
        problem = null;
        var at = elements.Position;
        try
        {
            return elements.Next(out element);
        }
        catch (JsonException exception)
        {
            // Its own text may quote the message. Its lines count from where reading began.
            element = at..;
            problem = $"From here on this is no JSON: it cannot be read at byte {exception.BytePositionInLine + 1} of line {exception.LineNumber + 1}.";
            return true;
        }
    }
}
