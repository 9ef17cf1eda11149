namespace ChannelHost.Tests.Connectors.Support;

/// <summary>The contract of durable files without the syncing, and with failures on demand. The real one has tests of its own where it lives.</summary>
internal sealed class PlainFiles : IDurableFiles
{
    private readonly Lock _appending = new();

    /// <summary>Thrown by the next call, before anything is done.</summary>
    public IOException? NextFailure { get; set; }

    /// <summary>Runs between the temporary file and its final name.</summary>
    public Action? BeforeRename { get; set; }

    /// <summary>Runs before a move, after whatever its caller looked at.</summary>
    public Action? BeforeMove { get; set; }

    /// <summary>What was put on stable storage on its own, in order.</summary>
    public List<string> Synced { get; } = [];

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

    public void Move(string from, string to)
    {
        Fail();
        BeforeMove?.Invoke();
        File.Move(from, to, overwrite: false);
    }

    public void Sync(string path)
    {
        Fail();
        Synced.Add(path);
    }

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
