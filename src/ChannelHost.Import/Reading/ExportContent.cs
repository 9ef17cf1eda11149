namespace ChannelHost.Import.Reading;

/// <summary>What stands in the exports, sorted.</summary>
internal sealed class ExportContent
{
    /// <summary>Channels, each with the name of its file.</summary>
    public List<(ExportElement Element, string File)> Channels { get; } = [];

    /// <summary>Groups of channels.</summary>
    public List<(ExportElement Element, string File)> Groups { get; } = [];

    /// <summary>Tags.</summary>
    public List<(ExportElement Element, string File)> Tags { get; } = [];

    /// <summary>Which channel needs which.</summary>
    public List<(ExportElement Element, string File)> Dependencies { get; } = [];

    /// <summary>Libraries of code templates.</summary>
    public List<(ExportElement Element, string File)> Libraries { get; } = [];

    /// <summary>Code templates outside libraries.</summary>
    public List<(ExportElement Element, string File)> Templates { get; } = [];

    /// <summary>Global scripts.</summary>
    public List<(ExportElement Element, string File)> GlobalScripts { get; } = [];

    /// <summary>Entries of the configuration map: key, value, comment.</summary>
    public List<(string Key, string Value, string Comment, string File, int Line)> Configuration { get; } = [];
}
