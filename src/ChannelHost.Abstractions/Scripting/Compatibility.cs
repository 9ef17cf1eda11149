namespace ChannelHost.Abstractions;

/// <summary>Whose behaviour a channel's scripts and pipeline follow where engines differ.</summary>
public enum Compatibility
{
    /// <summary>Ours: what is right. The default.</summary>
    None,

    /// <summary>
    /// That of Mirth Connect 4.5, also where it is odd: Java strings out of maps, <c>undefined</c> returned by a preprocessor becomes text, and the like.
    /// Imported channels have it.
    /// </summary>
    Mirth,
}
