using ChannelHost.Connectors.FileOutput;

namespace ChannelHost.Connectors.Files;

/// <summary>The settings of a destination that writes files.</summary>
internal sealed record FilesDestinationOptions
{
    /// <summary>The folder.</summary>
    [Option("The folder to write to.", Required = true, IsPath = true, Example = "/var/out")]
    public string Folder { get; init; } = "";

    /// <summary>The name of the file.</summary>
    [Option("The file's name; may name folders below, but a value filled in may not.", Required = true, Example = "${controlId}.hl7")]
    public Template? File { get; init; }

    /// <summary>What happens when the file exists; default fail.</summary>
    [Option("What happens when a file of the name exists: fail (the message ends in an error), replace, append or unique (the message's id joins the name).")]
    public FileExists Exists { get; init; }

    /// <summary>Whether missing folders are made; default true.</summary>
    [Option("Makes missing folders; with false a missing folder is a failure that is tried again, as for a share that is not mounted.")]
    public bool CreateFolders { get; init; } = true;

    /// <summary>What to write; null (default): the message.</summary>
    [Option("What to write instead of the message.", Example = "${reportText}")]
    public Template? Content { get; init; }

    /// <summary>How content becomes bytes; default none.</summary>
    [Option("How the content becomes the file's bytes: none, or base64 (the content is base64 text, as embedded documents are).")]
    public FileDecode Decode { get; init; }

    /// <summary>What follows each message with <c>exists: append</c>; default a line feed.</summary>
    [Option("What follows each message with exists: append.")]
    public string RecordEnd { get; init; } = "\n";
}
