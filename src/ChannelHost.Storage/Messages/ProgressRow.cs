using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>The one row of <c>progress</c>: how far the file is. It says what is missing elsewhere, so it must be beyond doubt itself.</summary>
/// <param name="Commits">The number of the last commit.</param>
/// <param name="IdCeiling">Ids up to this one count as given.</param>
/// <param name="StateSequence">The last recorded state changes.</param>
/// <param name="StateForgotten">State changes up to these are folded.</param>
internal readonly record struct ProgressRow(long Commits, long IdCeiling, long StateSequence, long StateForgotten)
{
    /// <summary>Writes what <see cref="Bind"/> binds.</summary>
    internal const string Update = "UPDATE progress SET commits = ?1, id_ceiling = ?2, state_sequence = ?3, state_forgotten = ?4, crc = ?5";

    /// <summary>Reads it, of a file of any schema.</summary>
    /// <exception cref="InvalidDataException">It is missing, or its checksum does not fit.</exception>
    internal static ProgressRow Read(SqliteDatabase database, int version = MessageSchema.Version)
    {
        var check = version < MessageSchema.VersionOfProgressCheck ? "NULL" : "crc";
        using var find = database.Prepare($"SELECT commits, id_ceiling, state_sequence, state_forgotten, {check} FROM progress");
        if (!find.Step())
        {
            throw new InvalidDataException("its table of progress is empty");
        }

        var row = new ProgressRow(find.Integer(0), find.Integer(1), find.Integer(2), find.Integer(3));
        return find.IsNull(4) || find.Integer(4) == row.Check()
            ? row
            : throw new InvalidDataException("the checksum of its table of progress does not fit: which commits, ids and state changes it has cannot be told");
    }

    /// <summary>Binds all columns with their check.</summary>
    internal SqliteStatement Bind(SqliteStatement update) =>
        update.Bind(1, Commits).Bind(2, IdCeiling).Bind(3, StateSequence).Bind(4, StateForgotten).Bind(5, Check());

    private long Check()
    {
        var check = new RowCheck();
        check.Add(Commits);
        check.Add(IdCeiling);
        check.Add(StateSequence);
        check.Add(StateForgotten);
        return check.Value;
    }
}
