namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>
/// Keeps what is read inside the channels folder, links included: lines of a file are shown in errors, so nobody who may only save files here may have
/// one shown from elsewhere. A whole folder may be linked in by whoever owns the machine; then its own files count as inside.
/// </summary>
/// <param name="root">The channels folder.</param>
/// <param name="folder">The folder that is being read: a channel's, or the library.</param>
internal sealed class Boundary(string root, string folder)
{
    private readonly Lazy<string> _root = new(() => RealPath.Of(root));
    private readonly Lazy<string> _folder = new(() => RealPath.Of(folder));

    /// <summary>True when a path leads to a place inside, or nowhere at all: reading it says so then.</summary>
    public bool Holds(string path)
    {
        try
        {
            var real = RealPath.Of(path);
            return RealPath.IsWithin(real, _folder.Value) || RealPath.IsWithin(real, _root.Value);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
