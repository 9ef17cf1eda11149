namespace ChannelHost.Import.Reports;

/// <summary>Something about an export that somebody should know.</summary>
/// <param name="Level">How grave it is.</param>
/// <param name="Channel">The channel that it is about; empty for what all share.</param>
/// <param name="ExportFile">The export.</param>
/// <param name="ExportLine">The line there, from 1; 0 when unknown.</param>
/// <param name="File">The file that was made, relative to the channels folder; empty for none.</param>
/// <param name="Line">The line there, from 1; 0 when the whole file is meant.</param>
/// <param name="What">What is the matter, and what to do.</param>
public sealed record ImportFinding(ImportLevel Level, string Channel, string ExportFile, int ExportLine, string File, int Line, string What)
{
    /// <summary>What of the export was not understood, as it stands there, with secrets left out; null when that is not the matter.</summary>
    public string? Xml { get; init; }
}

/// <summary>How grave a finding is, and what becomes of a channel: that of its gravest.</summary>
public enum ImportLevel
{
    /// <summary>It runs as it is; this is for the record.</summary>
    Runs,

    /// <summary>Somebody must decide: something has to be filled in, allowed, or is not quite as it was.</summary>
    Decision,

    /// <summary>It cannot do here what it did.</summary>
    Unsupported,
}
