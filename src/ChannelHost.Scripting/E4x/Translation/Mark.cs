namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>What stands at a place of the text that the first pass wrote, for the second pass.</summary>
internal enum MarkKind
{
    /// <summary>The key of an attribute or of a wildcard.</summary>
    Part,

    /// <summary>The key of a descendant: the member becomes a call.</summary>
    Descendants,

    /// <summary>The function of a predicate: the member becomes a call.</summary>
    Predicate,

    /// <summary>The assignment that stands for a default namespace.</summary>
    DefaultNamespace,

    /// <summary>A name that is a variable also inside a predicate.</summary>
    Variable,
}

/// <summary>A mark.</summary>
/// <param name="Kind">What stands there.</param>
/// <param name="Offset">Where the form begins in the author's text.</param>
/// <param name="Depth">For predicates: how many are open.</param>
internal readonly record struct Mark(MarkKind Kind, int Offset, int Depth = 0);
