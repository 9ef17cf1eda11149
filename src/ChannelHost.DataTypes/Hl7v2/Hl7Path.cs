namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// A place in a message: <c>PID-5.1</c>, <c>PID-3[2].1</c>, <c>OBX[3]-5</c>, <c>PID.5.1.2</c>; without a segment (<c>5.1</c>) it counts from the
/// node it is asked below. Numbers begin at 1; 0 means that the path does not say.
/// </summary>
internal sealed record Hl7Path
{
    private const int MaxNumber = 1_000_000;

    /// <summary>The path as written.</summary>
    public required string Text { get; init; }

    /// <summary>The segment's name; null for a relative path.</summary>
    public string? Segment { get; private init; }

    /// <summary>See <see cref="Hl7Segment.Key"/>.</summary>
    public uint Key { get; private init; }

    /// <summary>Which of the segments of that name.</summary>
    public int Occurrence { get; private init; }

    /// <summary>The field; in a relative path its first number, whatever that counts.</summary>
    public int Field { get; private init; }

    /// <summary>Which repetition.</summary>
    public int Repetition { get; private init; }

    /// <summary>The component.</summary>
    public int Component { get; private init; }

    /// <summary>The sub-component.</summary>
    public int Subcomponent { get; private init; }

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says where and why.</exception>
    public static Hl7Path Parse(string text)
    {
        var at = 0;
        string? segment = null;
        var occurrence = 0;
        if (text.Length > 0 && char.IsAsciiLetter(text[0]))
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }

            segment = text[..at];
            occurrence = Index(text, ref at);
            if (at == text.Length)
            {
                return new Hl7Path { Text = text, Segment = segment, Key = KeyOf(segment), Occurrence = occurrence };
            }

            Separator(text, ref at);
        }

        var field = Number(text, ref at);
        var repetition = Index(text, ref at);
        int component = 0, subcomponent = 0;
        if (at < text.Length)
        {
            Separator(text, ref at);
            component = Number(text, ref at);
            if (at < text.Length)
            {
                Separator(text, ref at);
                subcomponent = Number(text, ref at);
            }
        }

        if (at < text.Length)
        {
            throw Wrong(text, at, "nothing more");
        }

        return new Hl7Path
        {
            Text = text,
            Segment = segment,
            Key = segment is null ? 0 : KeyOf(segment),
            Occurrence = occurrence,
            Field = field,
            Repetition = repetition,
            Component = component,
            Subcomponent = subcomponent,
        };
    }

    /// <summary>This relative path as seen from the segment, for one that was asked below a field or a component.</summary>
    /// <exception cref="FormatException">The path has too many numbers for where it starts, or names a segment.</exception>
    public Hl7Path Below(byte level)
    {
        if (Segment is not null)
        {
            throw new FormatException($"\"{Text}\" names a segment; a path below a segment begins with the field's number, as 5.1.");
        }

        return level switch
        {
            Hl7Level.Segment => this,
            Hl7Level.Field when Repetition == 0 && Subcomponent == 0 => this with { Field = 0, Component = Field, Subcomponent = Component },
            Hl7Level.Component when Repetition == 0 && Component == 0 => this with { Field = 0, Subcomponent = Field },
            Hl7Level.Field or Hl7Level.Component => throw new FormatException($"\"{Text}\" has more parts than there are below a {(level == Hl7Level.Field ? "field" : "component")}."),
            _ => throw new FormatException($"\"{Text}\" names no segment; a path in the message begins with one, as PID-5.1."),
        };
    }

    private static uint KeyOf(string segment) =>
        segment.Length == 3 && !segment.Contains('_', StringComparison.Ordinal) ? segment[0] | ((uint)segment[1] << 8) | ((uint)segment[2] << 16) : 0;

    private static void Separator(string text, ref int at)
    {
        if (text[at] is not ('-' or '.'))
        {
            throw Wrong(text, at, "\"-\" or \".\"");
        }

        at++;
    }

    private static int Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (!int.TryParse(text.AsSpan(start, at - start), out var number) || number is < 1 or > MaxNumber)
        {
            throw Wrong(text, start, "a number from 1 to 1000000");
        }

        return number;
    }

    private static int Index(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '[')
        {
            return 0;
        }

        at++;
        var number = Number(text, ref at);
        if (at >= text.Length || text[at] != ']')
        {
            throw Wrong(text, at, "\"]\"");
        }

        at++;
        return number;
    }

    private static FormatException Wrong(string text, int at, string wanted) =>
        new($"\"{text}\" is no path into an HL7 v2 message: {wanted} is wanted at character {at + 1}. Paths look like PID-5.1, PID-3[2].1, OBX[3]-5.");
}
