namespace ChannelHost.Connectors.Sftp;

/// <summary>Paths on a server: slashes, whatever this machine uses.</summary>
internal static class RemotePath
{
    public static string Join(string folder, string name) => folder.EndsWith('/') ? folder + name : $"{folder}/{name}";

    /// <summary>The folder of a path; empty when it names none.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') switch
    {
        < 0 => "",
        0 => "/",
        var slash => path[..slash],
    };

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A name with something put before its extension.</summary>
    public static string WithSuffix(string name, string suffix)
    {
        var dot = name.LastIndexOf('.');
        return dot <= 0 ? name + suffix : name[..dot] + suffix + name[dot..];
    }

    /// <summary>A setting without its last slash.</summary>
    public static string Trimmed(string folder) => folder.Length > 1 ? folder.TrimEnd('/') : folder;
}
