using System.Globalization;
using System.Text;

namespace ChannelHost.Server.Cases;

/// <summary>
/// Puts invented values into the fields of an HL7 v2 message that say who the patient is: the same value gives the same one wherever it stands in the
/// message. Free text (OBX-5, NTE-3) is not touched; nobody can say what stands there.
/// </summary>
internal sealed class PatientMask
{
    /// <summary>Shorter values stand in too many other words to be replaced where no field says what they are.</summary>
    private const int ShortestInText = 3;

    private static readonly (string[] Paths, Func<int, string> Invented)[] Rules =
    [
        (["PID-2.1", "PID-3.1", "PID-4.1", "PID-18.1", "PID-21.1", "PV1-19.1", "MRG-1.1", "MRG-3.1", "MRG-4.1", "GT1-2.1", "IN1-36", "IN1-49.1", "IN2-1.1", "IN2-2"],
            number => Number(900_000 + number)),
        (["PID-5.1", "PID-6.1", "PID-9.1", "NK1-2.1", "IN1-16.1", "GT1-3.1", "GT1-4.1", "MRG-7.1"], number => $"Family{Letter(number)}"),
        (["PID-5.2", "PID-5.3", "PID-6.2", "PID-9.2", "NK1-2.2", "NK1-2.3", "IN1-16.2", "IN1-16.3", "GT1-3.2", "GT1-3.3", "GT1-4.2", "MRG-7.2"], number => $"Given{Letter(number)}"),
        (["PID-7", "IN1-18", "GT1-8", "NK1-16"], number => string.Create(CultureInfo.InvariantCulture, $"19700{1 + (number % 9)}01")),
        (["PID-29"], number => string.Create(CultureInfo.InvariantCulture, $"20200{1 + (number % 9)}01")),
        (["PID-11.1", "PID-11.2", "NK1-4.1", "NK1-4.2", "IN1-19.1", "IN1-19.2", "GT1-5.1", "GT1-5.2"], number => $"{number} Invented Street"),
        (["PID-11.3", "NK1-4.3", "IN1-19.3", "GT1-5.3", "PID-23"], number => $"Town{Letter(number)}"),
        (["PID-11.5", "NK1-4.5", "IN1-19.5", "GT1-5.5"], number => Number(10_000 + number)),
        (["PID-13.1", "PID-14.1", "NK1-5.1", "NK1-6.1", "GT1-6.1", "GT1-7.1", "PID-13.7", "PID-14.7", "PID-13.12", "PID-14.12"], number => $"555-{Number(1_000 + number)}"),
        (["PID-13.4", "PID-14.4", "NK1-5.4"], number => $"person{number}@example.org"),
        (["PID-19", "PID-20.1", "GT1-12", "IN1-2.1"], number => Number(99_000_000 + number)),
    ];

    // What stood in the message, the longest first: a part of a name must not be replaced before the whole.
    private readonly List<(string Original, string Invented)> _values;

    private PatientMask(ReadOnlyMemory<byte> content, Dictionary<string, string> values)
    {
        Content = content;
        _values = [.. values.OrderByDescending(value => value.Key.Length).Where(value => value.Key.Length >= ShortestInText).Select(value => (value.Key, value.Value))];
    }

    /// <summary>The message with invented values.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Masks a message.</summary>
    /// <exception cref="CommandFailure">It is no HL7 v2.</exception>
    public static PatientMask Of(IMessageCodec codec, ReadOnlyMemory<byte> content)
    {
        if (codec.DataType != "hl7v2")
        {
            throw new CommandFailure(ExitCode.Usage, $"--mask knows the fields of hl7v2; this message is {codec.DataType}. Save it without, and replace by hand what says who the patient is");
        }

        try
        {
            var tree = codec.Parse(content);
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (paths, invented) in Rules)
            {
                Mask(tree, paths, invented, values);
            }

            return new PatientMask(tree.Serialize(), values);
        }
        catch (MessageFormatException error)
        {
            throw new CommandFailure(ExitCode.Problems, $"the message cannot be masked: {error.Message}", error);
        }
    }

    /// <summary>A text with the same values replaced.</summary>
    public string Applied(string text)
    {
        foreach (var (original, invented) in _values)
        {
            text = text.Replace(original, invented, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Bytes with the same values replaced, whether they are UTF-8 or one byte a character.</summary>
    public ReadOnlyMemory<byte> Applied(ReadOnlyMemory<byte> content)
    {
        var text = Encoding.Latin1.GetString(content.Span);
        foreach (var (original, invented) in _values)
        {
            text = text
                .Replace(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(original)), invented, StringComparison.Ordinal)
                .Replace(original, invented, StringComparison.Ordinal);
        }

        return Encoding.Latin1.GetBytes(text);
    }

    private static void Mask(IMessageTree tree, string[] paths, Func<int, string> invented, Dictionary<string, string> values)
    {
        var count = 0;
        foreach (var node in paths.SelectMany(path => tree.All(path)).ToList())
        {
            // An empty value and HL7's "" say nothing of anybody.
            if (node.Text.Trim() is not ({ Length: > 0 } and not "\"\"") || node.Text is not { } original)
            {
                continue;
            }

            if (!values.TryGetValue(original, out var value))
            {
                value = invented(++count);
                values[original] = value;
            }

            node.SetText(value);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Letter(int number) => number <= 26 ? ((char)('A' + number - 1)).ToString() : Number(number);
}
