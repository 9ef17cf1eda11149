namespace ChannelHost.Engine.Cases;

/// <summary>A case writes no file. A connector that comes here says that it is itself in cases (<see cref="CaseStandIn.Itself"/>) and is not.</summary>
internal sealed class CaseFiles : IDurableFiles
{
    public void Write(string path, ReadOnlySpan<byte> content, bool overwrite) => throw Refused();

    public void Append(string path, ReadOnlySpan<byte> content) => throw Refused();

    public void Move(string from, string to) => throw Refused();

    public void Sync(string path) => throw Refused();

    public void Delete(string path) => throw Refused();

    private static IOException Refused() => new("A golden case touches no file.");
}
