namespace ChannelHost.Storage.Messages.Reading;

/// <summary>
/// Chooses what a search walks along: the index that narrows most, or block by block (<see cref="BlockIndex"/>) where none does. All ways go from the newest
/// message to the oldest and leave out nothing that the query means; what they bring too much is sorted out by <see cref="SearchTerms.CheckStatement"/>.
/// </summary>
internal sealed class SearchDriver
{
    private readonly List<string> _indexes = [];

    private SearchDriver()
    {
    }

    /// <summary>True when no index helps: everything within the bounds is walked over, but for the blocks that cannot hold it.</summary>
    internal bool IsByBlocks => _indexes.Count == 0;

    /// <summary>The statements to merge; each gives ids, newest first.</summary>
    internal IReadOnlyList<string> Statements => _indexes;

    internal static SearchDriver Of(SearchTerms terms, NameTable names, Func<int, MessageStatus, long> countOf)
    {
        var driver = new SearchDriver();
        if (!driver.ByLink(terms) && !driver.ByWaiting(terms, names, countOf))
        {
            driver.ByRarity(terms);
        }

        return driver;
    }

    /// <summary>The statement that walks over one block.</summary>
    internal static string BlockStatement(SearchTerms terms)
    {
        if (terms.Destination is not null && terms.SourceStatus is null)
        {
            var status = terms.DestinationStatus is { } wanted ? $" AND d.status = {(int)wanted}" : "";
            return "SELECT d.message_id FROM destinations d WHERE d.destination = ?4" + status + " AND d.message_id" + Within("d.message_id");
        }

        return "SELECT m.id FROM messages m WHERE m.id" + Within("m.id");
    }

    private bool ByLink(SearchTerms terms)
    {
        var query = terms.Query;
        var statement =
            query.ControlId is not null ? "SELECT m.id FROM messages m WHERE m.control_id = ?3 AND m.id" + Within("m.id")
            : query.OriginalId > 0 ? "SELECT m.id FROM messages m WHERE m.id IN (SELECT i.message_id FROM imported i WHERE i.original_id = ?14) AND m.id" + Within("m.id")
            : query.ReplayOf > 0 ? "SELECT m.id FROM messages m WHERE m.replay_of <> 0 AND m.replay_of = ?8 AND m.id" + Within("m.id")
            : query.DuplicateOf > 0 ? "SELECT m.id FROM messages m WHERE m.duplicate_of <> 0 AND m.duplicate_of = ?13 AND m.id" + Within("m.id")
            : query.BatchId > 0 ? "SELECT m.id FROM messages m WHERE m.batch_id <> 0 AND m.batch_id = ?7 AND m.id" + Within("m.id")
            : terms.Metadata is not null ? "SELECT x.message_id FROM metadata x WHERE x.name = ?5 AND x.value = ?6 AND x.message_id" + Within("x.message_id")
            : null;

        // What stands in the file in two forms is found along both.
        if (terms.IsInTwoForms
            && statement?.Replace("= ?3", "= ?15", StringComparison.Ordinal).Replace("= ?6", "= ?16", StringComparison.Ordinal) is { } other
            && other != statement)
        {
            Add(other);
        }

        return Add(statement);
    }

    // Statuses with an index of their own. Which of two narrows more is known from the counts.
    private bool ByWaiting(SearchTerms terms, NameTable names, Func<int, MessageStatus, long> countOf)
    {
        var source = terms.SourceStatus is MessageStatus.Received or MessageStatus.Error
            ? (Count: countOf(StatusCounts.Source, terms.SourceStatus.Value), Statement: $"SELECT m.id FROM messages m WHERE m.status = {(int)terms.SourceStatus.Value} AND m.id" + Within("m.id"))
            : (long.MaxValue, null);
        if (terms.DestinationStatus is not (MessageStatus.Queued or MessageStatus.Pending or MessageStatus.Error or MessageStatus.DeadLetter))
        {
            return Add(source.Statement);
        }

        var status = terms.DestinationStatus.Value;
        int[] destinations = terms.Destination is { } one ? [one] : [.. names.All(NameKind.Destination).Select(name => name.Number).Order()];
        if (source.Statement is not null && source.Count <= destinations.Sum(destination => countOf(destination, status)))
        {
            return Add(source.Statement);
        }

        if (status == MessageStatus.Pending)
        {
            // What is pending is few, and its index has all destinations together.
            return Add($"SELECT d.message_id FROM destinations d WHERE d.status = {(int)status} AND d.message_id" + Within("d.message_id"));
        }

        foreach (var destination in destinations)
        {
            Add($"SELECT d.message_id FROM destinations d WHERE d.destination = {destination} AND d.status = {(int)status} AND d.message_id" + Within("d.message_id"));
        }

        return _indexes.Count > 0 || Add("SELECT m.id FROM messages m WHERE m.id = 0 AND m.id" + Within("m.id"));
    }

    private void ByRarity(SearchTerms terms)
    {
        if (terms.Query.IsReattempt == true)
        {
            Add("SELECT d.message_id FROM destinations d WHERE d.flags & 1 AND d.message_id" + Within("d.message_id"));
        }
        else if (terms.Query.MinimumAttempts > 1)
        {
            Add("SELECT d.message_id FROM destinations d WHERE d.attempts > 1 AND d.message_id" + Within("d.message_id"));
        }
        else if (terms.Query.ErrorText is not null)
        {
            Add("SELECT d.message_id FROM destinations d WHERE d.error IS NOT NULL AND d.message_id" + Within("d.message_id"));
            if (terms.Destination is null)
            {
                Add("SELECT m.id FROM messages m WHERE m.error IS NOT NULL AND m.id" + Within("m.id"));
            }
        }
    }

    private bool Add(string? statement)
    {
        if (statement is not null)
        {
            _indexes.Add(statement);
        }

        return statement is not null;
    }

    private static string Within(string column) => $" >= ?1 AND {column} < ?2 ORDER BY {column} DESC";
}
