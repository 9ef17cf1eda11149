namespace ChannelHost.Import.Reading;

/// <summary>A file that is no export, or one that is not taken: broken, too large, too deep.</summary>
internal sealed class ExportException(int line, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Where, from 1; 0 when unknown.</summary>
    public int Line { get; } = line;
}
