using System.Diagnostics;
using ChannelHost.Connectors.Database;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>What scripts may expect of every database (<see cref="IScriptDatabase"/>).</summary>
public abstract class ScriptDatabaseContract : IAsyncDisposable
{
    private protected static readonly RowSetLimits Limits = new(TimeSpan.FromSeconds(20), 100_000, 64 << 20);

    private readonly List<IScriptDatabase> _open = [];

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected ScriptDatabases Databases { get; } = new();

    /// <summary>The declared database.</summary>
    private protected abstract DatabaseAccess Declared { get; }

    /// <summary>Its address as Java programs write it.</summary>
    private protected abstract string Jdbc { get; }

    /// <summary>A query that takes far longer than a test, or null where one ends it with a row each time.</summary>
    private protected abstract string Endless { get; }

    /// <summary>The type of a column for binary values, and of one whose numbers the database gives.</summary>
    private protected abstract (string Binary, string Numbered) Types { get; }

    private protected IScriptDatabase Open(string address = "ehr", string? user = null, string? password = null)
    {
        var database = Databases.Open(new ScriptAccess { Databases = [Declared] }, address, user, password, TimeSpan.FromSeconds(10));
        _open.Add(database);
        return database;
    }

    private protected IScriptDatabase WithTable(string columns = "id int primary key, name varchar(200), amount decimal(12,2), at timestamp null")
    {
        var database = Open();
        database.Update("drop table if exists visits", [], Limits);
        database.Update($"create table visits ({columns})", [], Limits);
        return database;
    }

    [Fact]
    public void NameAndJdbcAddress_OpenTheSameDatabase()
    {
        var byName = WithTable();
        byName.Update("insert into visits (id) values (?)", [7.0], Limits);

        var byAddress = Open(Jdbc);

        Assert.Equal(7L, Assert.Single(byAddress.Query("select id from visits", [], Limits).Rows)[0]);
        Assert.Equal(Jdbc, byAddress.Address);
    }

    [Fact]
    public void OtherDatabase_IsNotOpened()
    {
        var refusal = Assert.Throws<ScriptDatabaseException>(() => Open(Jdbc + "x?password=hidden-9"));

        Assert.Contains("access", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-9", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ScriptDatabaseException>(() => Open("other"));
        Assert.Contains("jdbc:oracle", Assert.Throws<ScriptDatabaseException>(() => Open("jdbc:oracle:thin:@db:1521:orcl")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_ComeBackAsTheyWere()
    {
        var database = WithTable();
        database.Update(
            "insert into visits (id, name, amount, at) values (?, ?, ?, ?), (?, ?, ?, ?)",
            [1.0, "Ö'; drop table visits; --", 12.5, "2024-01-02 03:04:05", 2L, null, null, null],
            Limits);

        var rows = database.Query("select id as NUMBER, name, at from visits where id >= ? order by id", ["1"], Limits);

        Assert.Equal(["NUMBER", "NAME", "AT"], rows.Columns.Select(column => column.Label.ToUpperInvariant()));
        Assert.Equal([1L, "Ö'; drop table visits; --"], rows.Rows[0][..2]);
        Assert.Equal("2024-01-02 03:04:05", rows.Rows[0][2] is DateTime at ? at.ToString("yyyy-MM-dd HH:mm:ss", null) : rows.Rows[0][2]);
        Assert.Equal([2L, null, null], rows.Rows[1]);
        Assert.Equal(12.5, Convert.ToDouble(database.Query("select amount from visits where id = 1", [], Limits).Rows[0][0], null));
    }

    [Fact]
    public void BytesAndDates_ArePassedOn()
    {
        var database = WithTable($"id int, content {Types.Binary}, at timestamp null");
        database.Update("insert into visits values (?, ?, ?)", [1.0, new byte[] { 0, 255, 10 }, new DateTime(2024, 1, 2, 3, 4, 5)], Limits);

        var row = database.Query("select content, at from visits", [], Limits).Rows[0];

        Assert.Equal(new byte[] { 0, 255, 10 }, row[0]);
        Assert.Equal("2024-01-02 03:04:05", row[1] is DateTime at ? at.ToString("yyyy-MM-dd HH:mm:ss", null) : row[1]);
    }

    [Fact]
    public void Update_GivesTheNumberOfRows()
    {
        var database = WithTable();

        Assert.Equal(2, database.Update("insert into visits (id) values (1), (2)", [], Limits));
        Assert.Equal(0, database.Update("update visits set name = 'x' where id = 9", [], Limits));
        Assert.Equal(0, database.Update("create table if not exists more (id int)", [], Limits));
        Assert.Equal(-1, database.Update("select id from visits", [], Limits));
    }

    [Fact]
    public void NoQuery_IsAnError() =>
        Assert.Contains("no query", Assert.Throws<ScriptDatabaseException>(() => WithTable().Query("insert into visits (id) values (1)", [], Limits)).Message, StringComparison.Ordinal);

    [Fact]
    public void KeysOfNewRows_AreGiven()
    {
        var database = WithTable($"id {Types.Numbered}, name varchar(200)");

        var first = database.UpdateAndReadKeys("insert into visits (name) values (?)", ["a"], Limits);
        var second = database.UpdateAndReadKeys("insert into visits (name) values (?)", ["b"], Limits);

        Assert.Equal([1L, 2L], [Convert.ToInt64(first.Rows[0][0], null), Convert.ToInt64(second.Rows[0][0], null)]);
    }

    [Fact]
    public void WithoutAutoCommit_NothingStaysThatWasNotCommitted()
    {
        var database = WithTable();
        database.AutoCommit = false;
        database.Update("insert into visits (id) values (1)", [], Limits);
        database.Commit();
        database.Update("insert into visits (id) values (2)", [], Limits);
        database.Rollback();
        database.Update("insert into visits (id) values (3)", [], Limits);
        database.Dispose();
        database.Dispose();

        Assert.Equal(1L, Assert.Single(Open().Query("select id from visits", [], Limits).Rows)[0]);
        Assert.Throws<ScriptDatabaseException>(() => database.Query("select 1", [], Limits));
    }

    [Fact]
    public void AutoCommitSwitchedOn_CommitsWhatIsOpen()
    {
        var database = WithTable();
        database.AutoCommit = false;
        database.Update("insert into visits (id) values (1)", [], Limits);
        database.AutoCommit = true;

        Assert.Single(Open().Query("select id from visits", [], Limits).Rows);
    }

    [Fact]
    public void SeveralStatements_AreDoneTogetherOrNotAtAll()
    {
        var database = WithTable();

        Assert.Throws<ScriptDatabaseException>(() => database.Update("insert into visits (id) values (1); insert into visits (id) values (1)", [], Limits));

        Assert.Empty(database.Query("select id from visits", [], Limits).Rows);
        Assert.Equal(2, database.Update("insert into visits (id) values (?); insert into visits (id) values (?)", [1.0, 2.0], Limits));
    }

    [Fact]
    public void WrongNumberOfValues_IsAnError() =>
        Assert.Contains("2 places", Assert.Throws<ScriptDatabaseException>(() => WithTable().Query("select ?, ?", [1.0], Limits)).Message, StringComparison.Ordinal);

    [Fact]
    public void Refusal_HasTheDatabasesMessage_AndTheConnectionCanBeUsedOn()
    {
        var database = WithTable();

        Assert.Contains("nosuchtable", Assert.Throws<ScriptDatabaseException>(() => database.Query("select * from nosuchtable", [], Limits)).Message, StringComparison.Ordinal);
        Assert.Empty(database.Query("select * from visits", [], Limits).Rows);
    }

    [Fact]
    public void TooManyRowsOrBytes_AreAnError()
    {
        var database = WithTable();
        database.Update("insert into visits (id, name) values (1, 'aaaaaaaaaa'), (2, 'aaaaaaaaaa'), (3, 'aaaaaaaaaa')", [], Limits);

        Assert.Contains("2 rows", Assert.Throws<ScriptDatabaseException>(() => database.Query("select * from visits", [], Limits with { Rows = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("30 bytes", Assert.Throws<ScriptDatabaseException>(() => database.Query("select name from visits", [], Limits with { Bytes = 30 })).Message, StringComparison.Ordinal);
        Assert.Equal(3, database.Query("select name from visits", [], Limits with { Rows = 3, Bytes = 60 }).Rows.Count);
    }

    [Fact]
    public void EndlessQuery_EndsAtItsTime()
    {
        var database = Open();
        var watch = Stopwatch.StartNew();

        var late = Assert.Throws<ScriptDatabaseException>(() => database.Query(Endless, [], Limits with { Time = TimeSpan.FromMilliseconds(300) }));

        Assert.Contains("timeout", late.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void CancelledRun_EndsItsQuery()
    {
        var database = Open();
        using var run = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(() => database.Query(Endless, [], Limits with { Cancellation = run.Token }));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    public virtual ValueTask DisposeAsync()
    {
        _open.ForEach(database => database.Dispose());
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
