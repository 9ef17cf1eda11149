using ChannelHost.Connectors.FileOutput;

namespace ChannelHost.Connectors.Sftp;

/// <summary>The settings of a destination that writes files on a server.</summary>
internal sealed record SftpDestinationOptions : SftpConnectionOptions
{
    /// <summary>The folder.</summary>
    [Option("The folder on the server to write to; a relative one counts from where the account lands.", Required = true, Example = "/in/results")]
    public string Folder { get; init; } = "";

    /// <summary>The name of the file.</summary>
    [Option("The file's name; may name folders below, but a value filled in may not.", Required = true, Example = "${controlId}.hl7")]
    public Template? File { get; init; }

    /// <summary>What happens when the file exists; default fail.</summary>
    [Option("What happens when a file of the name exists: fail (the message ends in an error), replace, append or unique (the message's id joins the name).")]
    public FileExists Exists { get; init; }

    /// <summary>Whether missing folders are made; default true.</summary>
    [Option("Makes missing folders; with false a missing folder is a failure that is tried again.")]
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

    /// <summary>Whether a file is written under a temporary name and then renamed; default true.</summary>
    [Option("Writes under a temporary name (a dot before it, .part behind it) and renames when it is complete; false for servers that cannot rename, whose users may then see half a file.")]
    public bool Temporary { get; init; } = true;
}
