namespace ChannelHost.Abstractions;

/// <summary>An XML value that a script put into a map: it comes out as XML again. Its text is what is stored and shown.</summary>
/// <param name="Text">The markup; several roots for a list.</param>
/// <param name="IsList">True for a list.</param>
public sealed record MarkupValue(string Text, bool IsList)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A date that a script put into a map: it comes out as a date again. Its ISO text is what is stored and shown.</summary>
/// <param name="At">The instant.</param>
/// <param name="IsJava">True for a <c>java.util.Date</c>, false for the language's own.</param>
public sealed record DateValue(DateTimeOffset At, bool IsJava)
{
    /// <inheritdoc/>
    public override string ToString() => At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
