namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>A form of E4X stands where the grammar does not take it.</summary>
/// <param name="offset">Where, in what the first pass wrote.</param>
/// <param name="message">What is wrong.</param>
internal sealed class ForbiddenPlaceException(int offset, string message) : Exception(message)
{
    /// <summary>Where, in what the first pass wrote.</summary>
    public int Offset { get; } = offset;
}
