using Microsoft.Data.Sqlite;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class SqliteScriptDatabaseTests : ScriptDatabaseContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("channelhost-test-").FullName;

    private string File => Path.Combine(_folder, "clinic.db");

    private protected override DatabaseAccess Declared => new("ehr", DatabaseKind.Sqlite, $"Data Source={File}", null);

    private protected override string Jdbc => $"jdbc:sqlite:{File}";

    private protected override string Endless => "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n";

    private protected override (string Binary, string Numbered) Types => ("blob", "integer primary key");

    [Theory]
    [InlineData("attach database '{0}' as other")]
    [InlineData("vacuum into '{0}'")]
    public void OtherFiles_AreNotReached(string sql)
    {
        var other = Path.Combine(_folder, "other.db");
        using (var made = new SqliteConnection($"Data Source={other};Pooling=False"))
        {
            made.Open();
        }

        System.IO.File.Delete(other);
        var database = WithTable();

        Assert.Throws<ScriptDatabaseException>(() => database.Update(sql.Replace("{0}", other, StringComparison.Ordinal), [], Limits));

        Assert.False(System.IO.File.Exists(other));
    }

    [Theory]
    [InlineData("pragma hard_heap_limit = {0}", "pragma hard_heap_limit")]
    [InlineData("pragma soft_heap_limit = {0}", "pragma soft_heap_limit")]
    [InlineData("select * from pragma_soft_heap_limit({0})", "pragma soft_heap_limit")]
    public void SettingsOfTheWholeProcess_AreRefused(string sql, string ask)
    {
        // Far above what anybody needs: should it be set after all, the other tests go on.
        var much = (1L << 50).ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var store = new SqliteConnection("Data Source=:memory:");
        store.Open();
        using var look = store.CreateCommand();
        look.CommandText = ask;
        var before = look.ExecuteScalar();
        var database = WithTable();

        Assert.Throws<ScriptDatabaseException>(() => database.Query(sql.Replace("{0}", much, StringComparison.Ordinal), [], Limits));

        Assert.Equal(before, look.ExecuteScalar());
    }

    [Theory]
    [InlineData("pragma temp_store_directory = '/tmp'")]
    [InlineData("pragma cache_size = -1000000")]
    [InlineData("pragma mmap_size = 1000000")]
    [InlineData("PRAGMA writable_schema = 1")]
    [InlineData("detach database main")]
    public void OtherSettings_AreRefused(string sql) => Assert.Throws<ScriptDatabaseException>(() => WithTable().Update(sql, [], Limits));

    [Fact]
    public void PragmasThatTellAboutTheFile_Work()
    {
        var database = WithTable();
        database.Update("pragma user_version = 7", [], Limits);

        Assert.Equal(7L, database.Query("pragma user_version", [], Limits).Rows[0][0]);
        Assert.Equal(4, database.Query("pragma table_info(visits)", [], Limits).Rows.Count);
        Assert.Equal("id", database.Query("select name from pragma_table_info('visits')", [], Limits).Rows[0][0]);
        Assert.Single(database.Query("pragma cache_size", [], Limits).Rows);
    }

    [Fact]
    public void HugeValue_IsNotMade() =>
        Assert.Throws<ScriptDatabaseException>(() => WithTable().Query("select length(randomblob(900000000))", [], Limits));

    [Fact]
    public void CommitThatWaitsForAReader_EndsWithItsTime()
    {
        var database = WithTable();
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        database.AutoCommit = false;
        database.Update("insert into visits (id) values (1)", [], Limits);
        using var transaction = other.BeginTransaction(deferred: true);
        using var look = other.CreateCommand();
        look.CommandText = "select count(*) from visits";
        look.ExecuteScalar();
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Throws<ScriptDatabaseException>(() => database.Commit(Limits with { Time = TimeSpan.FromSeconds(1) }));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 8);
    }

    [Fact]
    public void DeclaredReadOnly_IsNotWritten()
    {
        WithTable().Dispose();
        using var database = Databases.Open(
            new ScriptAccess { Databases = [Declared with { ConnectionString = $"Data Source={File};Mode=ReadOnly" }] }, "ehr", null, null, TimeSpan.FromSeconds(5), Token);

        Assert.Throws<ScriptDatabaseException>(() => database.Update("insert into visits (id) values (1)", [], Limits));
    }

    [Fact]
    public void FileLockedByAnother_IsWaitedForNoLongerThanAllowed()
    {
        var database = WithTable();
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        using var transaction = other.BeginTransaction();

        Assert.Throws<ScriptDatabaseException>(() => database.Update("insert into visits (id) values (1)", [], Limits with { Time = TimeSpan.FromSeconds(1) }));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
