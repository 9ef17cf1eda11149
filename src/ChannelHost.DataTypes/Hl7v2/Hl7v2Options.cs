namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>The settings of HL7 v2 messages.</summary>
internal sealed record Hl7v2Options
{
    /// <summary>The charset where MSH-18 names none; default utf-8.</summary>
    [Option("The charset of messages that name none in MSH-18.", Example = "windows-1252")]
    public string Charset { get; init; } = "utf-8";

    /// <summary>Whether MSH-18 decides on the charset; default true.</summary>
    [Option("Whether the charset named in MSH-18 is believed; false: it is always the setting charset.")]
    public bool CharsetFromMessage { get; init; } = true;

    /// <summary>Whether a message must begin with MSH, FHS or BHS; default true.</summary>
    [Option("Whether a message must begin with MSH, FHS or BHS; false: fragments are read too, with | ^ ~ and no escapes.")]
    public bool RequireHeader { get; init; } = true;

    /// <summary>Whether fields are taken apart at the repetition separator; default true.</summary>
    [Option("Whether repetitions become elements of their own in the tree; false: ~ stays in the text.")]
    public bool Repetitions { get; init; } = true;

    /// <summary>Whether components are taken apart; default true.</summary>
    [Option("Whether sub-components become elements of their own in the tree; false: & stays in the text.")]
    public bool Subcomponents { get; init; } = true;

    /// <summary>In which order a changed segment's fields are written; default numeric.</summary>
    [Option("The order in which fields and components of a changed segment are written: by number, or as they stand in the tree (what Mirth does).")]
    public Hl7FieldOrder FieldOrder { get; init; } = Hl7FieldOrder.Numeric;

    /// <summary>How segments end in what is written; default keep.</summary>
    [Option("How segments end in what is written: keep what came in, or always cr, lf or crlf, the last segment included.")]
    public Hl7SegmentEnd SegmentEnd { get; init; } = Hl7SegmentEnd.Keep;

    /// <summary>What becomes of line breaks that scripts put into text of the tree; default escape.</summary>
    [Option("What becomes of CR and LF that a script writes into the tree: escape (\\X0D\\, \\X0A\\), or keep, which breaks the segment as in Mirth.")]
    public Hl7LineBreaks LineBreaks { get; init; } = Hl7LineBreaks.Escape;

    /// <summary>Whether the oddities of Mirth's parser and writer are kept; default false.</summary>
    [Option("Whether the oddities of Mirth's parser are kept, for imported channels: a segment of nothing but its name is written with a separator, the truncation character is lost, a segment inside a segment is written as it comes.")]
    public bool Oddities { get; init; }

    /// <summary>The largest message; default 256 MB, 1 KB to 1 GB.</summary>
    [Option("The largest message that is parsed.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaxSize { get; init; } = ByteSize.Megabytes(256);

    /// <summary>The most segments of a message; default 1,000,000.</summary>
    [Option("The most segments of one message.", Minimum = "1", Maximum = "10000000")]
    public int MaxSegments { get; init; } = 1_000_000;

    /// <summary>The most fields (repetitions counted) of a segment, components of a field, sub-components of a component; default 100,000.</summary>
    [Option("The most fields of one segment (each repetition counts), components of one field and sub-components of one component.", Minimum = "100", Maximum = "10000000")]
    public int MaxParts { get; init; } = 100_000;

    /// <summary>Whether MSH-15 and MSH-16 decide on acknowledgments; default as-asked.</summary>
    [Option("Which acknowledgments are given: as-asked honours MSH-15 and MSH-16, original ignores them and always answers AA, AE or AR, mirth writes what Mirth does.")]
    public Hl7Acknowledgments Acknowledgments { get; init; } = Hl7Acknowledgments.AsAsked;

    /// <summary>Whether a filtered message is answered with AR; default false.</summary>
    [Option("Whether a message that a filter turned down is answered with AR (CR); false: with AA (CA).")]
    public bool RejectFiltered { get; init; }

    /// <summary>For acknowledgments as Mirth writes them: the code for success; default AA.</summary>
    [Option("Where acknowledgments are mirth: the code for success.")]
    public string SuccessCode { get; init; } = "AA";

    /// <summary>For acknowledgments as Mirth writes them: MSA-3 for success; default empty.</summary>
    [Option("Where acknowledgments are mirth: the text for success.")]
    public string SuccessText { get; init; } = "";

    /// <summary>For acknowledgments as Mirth writes them: the code for an error; default AE.</summary>
    [Option("Where acknowledgments are mirth: the code for an error.")]
    public string ErrorCode { get; init; } = "AE";

    /// <summary>For acknowledgments as Mirth writes them: MSA-3 for an error.</summary>
    [Option("Where acknowledgments are mirth: the text for an error.")]
    public string ErrorText { get; init; } = "An Error Occurred Processing Message.";

    /// <summary>For acknowledgments as Mirth writes them: the code for a message that was turned down; default AR.</summary>
    [Option("Where acknowledgments are mirth: the code for a message that a filter turned down.")]
    public string RejectCode { get; init; } = "AR";

    /// <summary>For acknowledgments as Mirth writes them: MSA-3 for a message that was turned down.</summary>
    [Option("Where acknowledgments are mirth: the text for a message that a filter turned down.")]
    public string RejectText { get; init; } = "Message Rejected.";

    /// <summary>For acknowledgments as Mirth writes them: whether MSH-15 decides if there is one; default false.</summary>
    [Option("Where acknowledgments are mirth: whether MSH-15 decides if there is one.")]
    public bool HonourMsh15 { get; init; }

    /// <summary>For acknowledgments as Mirth writes them: MSH-7 and MSH-10, in the letters of java.text.SimpleDateFormat.</summary>
    [Option("Where acknowledgments are mirth: the form of MSH-7 and MSH-10, in the letters of Java's date patterns.")]
    public string AcknowledgmentTime { get; init; } = "yyyyMMddHHmmss.SSS";

    /// <summary>What AE and CE mean; default error.</summary>
    [Option("What AE or CE from a partner means: error (final) or retry.")]
    public Hl7AnswerPolicy OnError { get; init; } = Hl7AnswerPolicy.Error;

    /// <summary>What AR and CR mean; default error.</summary>
    [Option("What AR or CR from a partner means: error (final) or retry.")]
    public Hl7AnswerPolicy OnReject { get; init; } = Hl7AnswerPolicy.Error;

    /// <summary>Whether MSA-2 must be the MSH-10 that was sent; default true.</summary>
    [Option("Whether an answer must name the control id that was sent (MSA-2); false: any id will do.")]
    public bool CheckControlId { get; init; } = true;
}

/// <summary>In which order parts are written.</summary>
internal enum Hl7FieldOrder
{
    /// <summary>By number, whatever the order in the tree.</summary>
    Numeric,

    /// <summary>As they stand in the tree: a part added late with a small number lands after larger ones.</summary>
    Tree,
}

/// <summary>How segments end.</summary>
internal enum Hl7SegmentEnd
{
    /// <summary>As they did.</summary>
    Keep,

    /// <summary>With CR, as HL7 wants it.</summary>
    Cr,

    /// <summary>With LF.</summary>
    Lf,

    /// <summary>With CR and LF.</summary>
    Crlf,
}

/// <summary>What becomes of line breaks in text.</summary>
internal enum Hl7LineBreaks
{
    /// <summary>They become escape sequences.</summary>
    Escape,

    /// <summary>They are written as they are.</summary>
    Keep,
}

/// <summary>Which acknowledgments are given.</summary>
internal enum Hl7Acknowledgments
{
    /// <summary>Those that MSH-15 and MSH-16 ask for.</summary>
    AsAsked,

    /// <summary>One for each message, in the original mode.</summary>
    Original,

    /// <summary>As Mirth writes them, with the codes and texts of the settings.</summary>
    Mirth,
}

/// <summary>What a negative answer means.</summary>
internal enum Hl7AnswerPolicy
{
    /// <summary>The message ends in error.</summary>
    Error,

    /// <summary>It is tried again.</summary>
    Retry,
}
