namespace ChannelHost.Storage.Backups;

/// <summary>Where a backup goes. Whole under another name first: what has the final name is a whole backup.</summary>
internal interface IBackupTarget : IDisposable
{
    /// <summary>The folder in which a file is made before it is taken.</summary>
    string WorkFolder { get; }

    /// <summary>Takes a file that was made, and synced, in the work folder.</summary>
    /// <param name="name">Its path below that, with slashes.</param>
    void Take(string name);

    /// <summary>All is there: gives it its final name, durably.</summary>
    void Finish();
}
