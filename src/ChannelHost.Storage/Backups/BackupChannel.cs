using ChannelHost.Storage.Files;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.State;

namespace ChannelHost.Storage.Backups;

/// <summary>
/// Copies the stores of one channel so that they are of one moment: the state knows nothing that the messages do not. The state is copied first, while nothing of it is
/// written and nothing that it lacks is forgotten by the messages; before it goes on, the messages are held on to as of the last commit, and then copied beside the traffic.
/// </summary>
/// <param name="from">The channel's folder.</param>
/// <param name="to">The folder of the copy, which is there and empty.</param>
internal sealed class BackupChannel(string from, string to)
{
    private string Messages => Path.Combine(from, MessageStore.FileName);

    private string State => Path.Combine(from, ChannelState.FileName);

    private string Copy => Path.Combine(to, MessageStore.FileName);

    /// <summary>Copies stores that a host has open. Gives the last commit that is in the copy.</summary>
    internal long Run(MessageStore messages, ChannelState state, CancellationToken cancellationToken)
    {
        StoreSnapshot? snapshot = null;
        try
        {
            state.HoldStill(() =>
            {
                CopyState();
                snapshot = messages.TakeSnapshot();
            });
            CopyMessages(target => snapshot!.CopyTo(target, cancellationToken));
            return Finish(snapshot!.Commits);
        }
        finally
        {
            snapshot?.Dispose();
        }
    }

    /// <summary>Copies stores that nobody has open. Gives the last commit that is in the copy.</summary>
    internal long Run(CancellationToken cancellationToken)
    {
        OpeningCheck.Header(Messages);
        CopyState();
        using var database = SqliteDatabase.Open(Messages);

        // What is only copied stays as it is, its log included.
        database.LeaveLogOnClose();
        database.SetBusyTimeout(TimeSpan.FromSeconds(5));
        database.Execute("BEGIN");
        var commits = database.Number("SELECT commits FROM progress");
        OpeningCheck.Commits(database, CommitMark.Read(Messages) ?? 0);
        CopyMessages(target => database.CopyTo(target, cancellationToken.ThrowIfCancellationRequested));
        return Finish(commits);
    }

    private void CopyState()
    {
        foreach (var file in new[] { State, StateFile.LogPath(State), CommitMark.PathFor(State) })
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            File.Delete(copy);
            if (File.Exists(file))
            {
                DurableFiles.CopyPrivate(file, copy);
            }
        }
    }

    private void CopyMessages(Action<SqliteDatabase> copy)
    {
        File.Delete(Copy);
        Posix.Close(Posix.Open(Copy, Posix.ReadWrite | Posix.Create | Posix.Exclusive, UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using var target = SqliteDatabase.Open(Copy);

        // Half a copy is thrown away whole, so nothing need be taken back.
        target.Execute("PRAGMA journal_mode=OFF");
        copy(target);
    }

    // The number of the last commit stands beside the copy as beside the store: a copy that is cut is found out.
    private long Finish(long commits)
    {
        new DurableFiles().Sync(Copy);
        CommitMark.Make(Copy, commits);
        return commits;
    }
}
