namespace ChannelHost.Tests.Connectors.Support;

/// <summary>The contract of durable files without the syncing, and with failures on demand. The real one has tests of its own where it lives.</summary>
internal sealed class PlainFiles : IDurableFiles
{
    private readonly Lock _appending = new();

    /// <summary>Thrown by the next write or append, before anything is written.</summary>
    public IOException? NextFailure { get; set; }

    /// <summary>Runs between the temporary file and its final name.</summary>
    public Action? BeforeRename { get; set; }

    public void Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        Fail();
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllBytes(temporary, content);
            BeforeRename?.Invoke();
            File.Move(temporary, path, overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public void Append(string path, ReadOnlySpan<byte> content)
    {
        Fail();

        // .NET's append mode writes at the end it saw when it opened; the lock stands in for the system's own append.
        lock (_appending)
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
            file.Write(content);
        }
    }

    public void Move(string from, string to) => File.Move(from, to, overwrite: false);

    public void Delete(string path) => File.Delete(path);

    private void Fail()
    {
        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }
    }
}
