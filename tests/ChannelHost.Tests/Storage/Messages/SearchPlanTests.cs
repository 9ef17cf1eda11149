using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>How SQLite goes about a search, whatever is asked for: it must never read all messages to find a few.</summary>
public sealed class SearchPlanTests : IDisposable
{
    // Each takes one more field into the query.
    private static readonly Func<MessageQuery, MessageQuery>[] Fields =
    [
        query => query with { ControlId = "C1" },
        query => query with { Status = MessageStatus.Error },
        query => query with { Status = MessageStatus.Transformed },
        query => query with { Destination = "ehr" },
        query => query with { DestinationStatus = MessageStatus.DeadLetter },
        query => query with { DestinationStatus = MessageStatus.Sent },
        query => query with { DestinationStatus = MessageStatus.Pending },
        query => query with { Metadata = ("mrn", "M1") },
        query => query with { BatchId = 1 },
        query => query with { ReplayOf = 1 },
        query => query with { DuplicateOf = 1 },
        query => query with { OriginalId = 1 },
        query => query with { MinimumAttempts = 3 },
        query => query with { IsReattempt = true },
        query => query with { IsReattempt = false },
        query => query with { ErrorText = "reason" },
        query => query with { From = Some.Morning },
        query => query with { To = Some.Morning },
        query => query with { Text = "DOE" },
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnyQuery_ReadsNoTableToItsEnd()
    {
        var path = _folder["messages.db"];
        MessageSchema.Create(path);
        using var database = SqliteDatabase.Open(path);
        database.Execute("INSERT INTO names VALUES (1, 1, 'ehr', NULL)");
        database.Execute("INSERT INTO names VALUES (2, 3, 'mrn', NULL)");
        database.Execute("INSERT INTO names VALUES (3, 1, 'copy', NULL)");
        using var codec = ContentCodec.Plain("clinic/registration");
        using var connection = MessageReader.Open(path, new NameTable(), codec);
        var names = new NameTable();
        names.Load(database);
        var seen = new HashSet<string>();

        foreach (var query in Combinations())
        {
            if (SearchTerms.Of(query, names, codec) is not { } terms)
            {
                continue;
            }

            var driver = SearchDriver.Of(terms, names, (_, _) => 1);
            string[] statements = driver.IsByBlocks ? [SearchDriver.BlockStatement(terms)] : [.. driver.Statements];
            foreach (var statement in statements.Append(terms.CheckStatement()).Where(seen.Add))
            {
                AssertSearches(connection.Database, statement);
            }

            Assert.True(!driver.IsByBlocks || !IsSelective(query), $"walks over the blocks: {query}");
        }

        Assert.True(seen.Count > 100, $"{seen.Count} statements were looked at");
    }

    // All with up to three fields and all with all but two: what decides is which fields meet.
    private static IEnumerable<MessageQuery> Combinations()
    {
        for (var one = 0; one < Fields.Length; one++)
        {
            for (var two = one; two < Fields.Length; two++)
            {
                for (var three = two; three < Fields.Length; three++)
                {
                    yield return Fields[three](Fields[two](Fields[one](new MessageQuery())));
                }

                yield return Fields.Where((_, at) => at != one && at != two).Aggregate(new MessageQuery(), (query, field) => field(query));
            }
        }
    }

    private static bool IsSelective(MessageQuery query) =>
        query.ControlId is not null || query.Metadata is not null || query.BatchId > 0 || query.ReplayOf > 0 || query.DuplicateOf > 0 || query.OriginalId > 0 || query.MinimumAttempts > 1
        || query.IsReattempt == true || query.ErrorText is not null || query is { Status: MessageStatus.Error } or { DestinationStatus: MessageStatus.DeadLetter or MessageStatus.Pending, Destination: null };

    private static void AssertSearches(SqliteDatabase database, string statement)
    {
        using var plan = database.Prepare("EXPLAIN QUERY PLAN " + statement);
        while (plan.Step())
        {
            var step = plan.Text(3)!;
            Assert.False(step.StartsWith("SCAN", StringComparison.Ordinal) || step.Contains("TEMP B-TREE", StringComparison.Ordinal), $"{step}: {statement}");
        }
    }
}
