namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>SQLite said no. <see cref="Code"/> decides what the store does about it.</summary>
internal sealed class SqliteFailure : Exception
{
    internal SqliteFailure(int extendedCode, string message)
        : base($"{message} (SQLite code {extendedCode})")
    {
        ExtendedCode = extendedCode;
    }

    /// <summary>The primary result code.</summary>
    internal int Code => ExtendedCode & 0xff;

    /// <summary>The code with its detail, for example 1034 for a failed sync.</summary>
    internal int ExtendedCode { get; }

    /// <summary>Somebody else holds the file's lock.</summary>
    internal bool IsBusy => Code == NativeSqlite.Busy;

    /// <summary>The pages do not make sense.</summary>
    internal bool IsDamage => Code is NativeSqlite.Corrupt or NativeSqlite.NotADatabase;

    /// <summary>No room, or no turn: once taken back, the connection can go on as if nothing had been tried.</summary>
    internal bool LeavesConnectionGood => Code is NativeSqlite.Full or NativeSqlite.Busy;

    /// <summary>This one value or row cannot be stored; others can.</summary>
    internal bool ConcernsOneEntry => Code is NativeSqlite.TooBig or NativeSqlite.Constraint;
}
