namespace ChannelHost.Connectors.Database;

/// <summary>What kind of failure it is; decides whether another attempt may help and whether the statement may have had its effect.</summary>
internal enum DatabaseFaultKind
{
    /// <summary>No connection came about: nothing was done.</summary>
    Unreachable,

    /// <summary>The database refused for a reason that passes by itself (a deadlock, too many connections, no room): nothing was done.</summary>
    Busy,

    /// <summary>Login, permission, or a statement that does not fit the database: nothing was done, and somebody has to mend it.</summary>
    Setup,

    /// <summary>The database refused these very values (a constraint, a number out of range): nothing was done, and no attempt will help.</summary>
    Rejected,

    /// <summary>It took too long: what became of the statement nobody knows.</summary>
    TimedOut,

    /// <summary>The connection broke while a statement was under way: what became of it nobody knows.</summary>
    Lost,

    /// <summary>The result is larger than it may be.</summary>
    TooLarge,
}

/// <summary>A database could not do what it was asked.</summary>
/// <param name="kind">What kind of failure.</param>
/// <param name="told">For logs and senders: what and where, without a word that may quote a value.</param>
/// <param name="detail">For the message's record: with the database's own message.</param>
/// <param name="inner">What the driver threw.</param>
internal sealed class DatabaseFaultException(DatabaseFaultKind kind, string told, string detail, Exception? inner = null) : Exception(detail, inner)
{
    /// <summary>What kind of failure it is.</summary>
    public DatabaseFaultKind Kind { get; } = kind;

    /// <summary>For logs: without a word that may quote a value.</summary>
    public string Told { get; } = told;

    /// <summary>What it means for one attempt to deliver a message.</summary>
    public Response ToResponse() => Kind switch
    {
        DatabaseFaultKind.Rejected or DatabaseFaultKind.TooLarge => Response.Failed(Told) with { Error = Message },
        DatabaseFaultKind.TimedOut or DatabaseFaultKind.Lost => Response.Uncertain(Told) with { Error = Message },
        _ => Response.TryAgain(Told) with { Error = Message },
    };
}
