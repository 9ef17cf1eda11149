namespace ChannelHost.Scripting.Running;

/// <summary>A kind of thing that a run may hold open, and how many.</summary>
/// <param name="Name">For errors.</param>
/// <param name="Most">The most at a time.</param>
/// <param name="Exception">What Java throws when there would be more.</param>
internal sealed record ResourceKind(string Name, int Most, string Exception);

/// <summary>
/// Files, writers and database connections that the scripts of a run hold open: so many and no more, because the process has them in common with all
/// channels. What is left open is closed when the run ends, the last one first.
/// </summary>
internal sealed class OpenResources
{
    /// <summary>Files.</summary>
    public static readonly ResourceKind Files = new("files", 64, "java.io.IOException");

    /// <summary>What writes to files and has not written all of it.</summary>
    public static readonly ResourceKind Writers = new("writers", 128, "java.io.IOException");

    /// <summary>Database connections.</summary>
    public static readonly ResourceKind Databases = new("database connections", 8, "java.sql.SQLException");

    private readonly ScriptRun _run;
    private readonly List<Entry> _open = [];

    public OpenResources(ScriptRun run)
    {
        _run = run;
        run.EndWith(CloseAll);
    }

    /// <summary>Refuses one more than there may be.</summary>
    public void Require(ResourceKind kind)
    {
        var count = _open.Count(entry => entry.Kind == kind);
        if (count < kind.Most)
        {
            return;
        }

        // Only asked when it matters: what the script closed by itself counts no longer.
        _open.RemoveAll(static entry => entry.IsClosed());
        if (_open.Count(entry => entry.Kind == kind) >= kind.Most)
        {
            throw _run.JavaError(kind.Exception, $"The script holds {kind.Most} {kind.Name} open, which is the most: close() those that it no longer needs.");
        }
    }

    /// <summary>Takes over what was opened.</summary>
    public void Keep(ResourceKind kind, IDisposable resource, Func<bool> isClosed)
    {
        try
        {
            Require(kind);
        }
        catch
        {
            resource.Dispose();
            throw;
        }

        _open.Add(new Entry(kind, resource, isClosed));
    }

    /// <summary>Opens a file and takes it over.</summary>
    public FileStream OpenFile(Func<FileStream> open)
    {
        Require(Files);
        var file = open();
        Keep(Files, file, () => !file.CanRead && !file.CanWrite);
        return file;
    }

    private void CloseAll()
    {
        Exception? failure = null;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            try
            {
                _open[i].Resource.Dispose();
            }
            catch (Exception exception)
            {
                // The others must be closed, too; the run's end makes the first failure the message's error.
                failure ??= exception;
            }
        }

        _open.Clear();
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private sealed record Entry(ResourceKind Kind, IDisposable Resource, Func<bool> IsClosed);
}
