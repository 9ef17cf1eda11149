namespace ChannelHost.Scripting.E4x;

/// <summary>How XML is read and written: the settings of <c>XML</c>, with the values that imported scripts were written for.</summary>
internal sealed class XmlSettings
{
    /// <summary>The names, as scripts know them.</summary>
    public static readonly string[] Names = ["ignoreComments", "ignoreProcessingInstructions", "ignoreWhitespace", "prettyPrinting", "prettyIndent"];

    /// <summary>Drops comments around the root; those inside stay. Default true.</summary>
    public bool IgnoreComments { get; set; } = true;

    /// <summary>Drops processing instructions. Default true.</summary>
    public bool IgnoreProcessingInstructions { get; set; } = true;

    /// <summary>Drops white space between elements; that of an element without others stays. Default true.</summary>
    public bool IgnoreWhitespace { get; set; } = true;

    /// <summary>Writes each element on a line of its own. Default false.</summary>
    public bool PrettyPrinting { get; set; }

    /// <summary>By how many blanks a level is indented. 0 to 16; default 2.</summary>
    public int PrettyIndent { get; set; } = 2;
}
