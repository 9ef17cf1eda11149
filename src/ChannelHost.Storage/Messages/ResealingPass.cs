using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// One walk over all of a store: rewrites what is in another form than the present one, then looks at every piece again, and only then strikes out the other forms.
/// It belongs to the key it began with: when that changes, it ends without striking out anything.
/// </summary>
internal sealed class ResealingPass(ContentCodec codec)
{
    private const int MostPlaces = 5;

    private readonly int _generation = codec.Generation;
    private readonly ResealingPlace _state = new();
    private readonly Dictionary<string, long> _left = [];
    private readonly HashSet<string> _places = [];
    private long _rewritten;
    private bool _hasMessages = true;
    private long? _looked = -1;

    /// <summary>How many pieces could not be rewritten.</summary>
    internal long LeftCount => _left.Values.Sum();

    /// <summary>Where the first of them are, and which keys they need, for people.</summary>
    internal string LeftText => $"{string.Join(", ", _places.Order(StringComparer.Ordinal))}{(LeftCount > _places.Count ? " ..." : "")} (needed for them: {string.Join(", ", _left.Keys.Order(StringComparer.Ordinal))})";

    /// <summary>True when another key came since it began.</summary>
    internal bool IsOvertaken => codec.Generation != _generation;

    /// <summary>Rewrites some more. False when nothing was left to rewrite, or it is overtaken.</summary>
    internal bool Rewrite(MessageTables tables)
    {
        if (IsOvertaken)
        {
            return false;
        }

        EncryptionTable.NoteProgress(tables.Database);
        if (!_hasMessages)
        {
            return Resealing.State(tables, _state);
        }

        if (Resealing.Messages(tables, _rewritten) is { } last)
        {
            _rewritten = last;
        }
        else
        {
            _hasMessages = false;
        }

        return true;
    }

    /// <summary>Looks at some more of what is there now. False when it has looked at all.</summary>
    internal bool Look(SqliteDatabase database)
    {
        if (_looked is not { } after)
        {
            StoredPieces.State(database, Note);
            return false;
        }

        _looked = StoredPieces.NextMessages(database, after, Note);
        return true;
    }

    /// <summary>Strikes out the forms that nothing needs any more.</summary>
    /// <param name="tables">The file.</param>
    /// <param name="isStateThrough">Whether the state file is in the present form.</param>
    internal ResealingEnd Finish(MessageTables tables, bool isStateThrough)
    {
        if (IsOvertaken)
        {
            return ResealingEnd.Overtaken;
        }

        // A key that is written down and not in use yet must not be struck out; a batch that was begun under a hidden key can only be found with the index, until it is through.
        if (codec.IsBehind || !isStateThrough || (!codec.Seals && BatchTable.HasHidden(tables.Database)))
        {
            return ResealingEnd.NotYet;
        }

        EncryptionTable.Finish(tables.Database, codec, _left);
        return ResealingEnd.Done;
    }

    private void Note(string form, string place)
    {
        if (form == codec.PresentForm)
        {
            return;
        }

        _left[form] = _left.GetValueOrDefault(form) + 1;
        if (_places.Count < MostPlaces)
        {
            _places.Add(place);
        }
    }
}

/// <summary>How far the walk over what is kept beside messages has come, so that rows that cannot be rewritten are not met again.</summary>
internal sealed class ResealingPlace
{
    internal long Changes { get; set; } = -1;

    internal byte[]? MapKey { get; set; }

    internal bool IsMapKeyHidden { get; set; }

    internal long Taken { get; set; } = -1;
}
