namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>What the grammar wants next.</summary>
internal enum Expected
{
    /// <summary>A statement, which may be an expression.</summary>
    Statement,

    /// <summary>An operand.</summary>
    Operand,

    /// <summary>An operator, or the end of the expression.</summary>
    Operator,

    /// <summary>The name of a property or of a member of a class.</summary>
    Name,
}

/// <summary>What is open.</summary>
internal enum FrameKind
{
    /// <summary>The script.</summary>
    Program,

    /// <summary>A block of statements, or the cases of a switch.</summary>
    Block,

    /// <summary>The body of a function, method or static block.</summary>
    Body,

    /// <summary>An object literal or pattern.</summary>
    Object,

    /// <summary>The body of a class.</summary>
    Class,

    /// <summary>Parentheses of any other kind.</summary>
    Parentheses,

    /// <summary>The head of a <c>for</c>.</summary>
    ForHead,

    /// <summary>The head of a <c>for each</c>.</summary>
    ForEachHead,

    /// <summary>Square brackets.</summary>
    Brackets,

    /// <summary>A predicate.</summary>
    Predicate,

    /// <summary>An expression in a template.</summary>
    TemplateExpression,

    /// <summary>An XML literal.</summary>
    Markup,

    /// <summary>An expression in an XML literal.</summary>
    MarkupExpression,
}

/// <summary>What the next block will be.</summary>
internal enum Pending
{
    /// <summary>A block.</summary>
    None,

    /// <summary>The body of a function that is a statement.</summary>
    FunctionStatement,

    /// <summary>The body of a function that is a value.</summary>
    FunctionValue,

    /// <summary>The body of a class that is a statement.</summary>
    ClassStatement,

    /// <summary>The body of a class that is a value.</summary>
    ClassValue,
}

/// <summary>Something that was opened and not yet closed.</summary>
internal struct Frame
{
    /// <summary>What it is.</summary>
    public FrameKind Kind;

    /// <summary>Where it began in the author's text.</summary>
    public int Start;

    /// <summary>What is expected when it is closed.</summary>
    public Expected Resume;

    /// <summary>What closes it in the result; null for what closes it in the source.</summary>
    public string? Close;

    /// <summary>How many conditional expressions wait for their colon.</summary>
    public int Questions;

    /// <summary>What the next block of it will be.</summary>
    public Pending Pending;

    /// <summary>True when that is the body of a generator.</summary>
    public bool PendingGenerator;

    /// <summary>True in a generator.</summary>
    public bool InGenerator;

    /// <summary>True when <c>in</c> was met in the head of a <c>for each</c>.</summary>
    public bool SeenIn;

    /// <summary>In the head of a <c>for each</c>: the variable that is given a value; null for none.</summary>
    public int? Initializer;

    /// <summary>In a literal: how many tags are open.</summary>
    public int OpenTags;

    /// <summary>In a literal: where in the row of names its own begin.</summary>
    public int FirstName;

    /// <summary>In a literal: what is being read.</summary>
    public MarkupPart Part;

}

/// <summary>Where in a literal.</summary>
internal enum MarkupPart
{
    /// <summary>Between tags.</summary>
    Content,

    /// <summary>In a start tag.</summary>
    StartTag,

    /// <summary>In an end tag.</summary>
    EndTag,
}
