using ChannelHost.Connectors.Database;
using ChannelHost.Connectors.Database.Drivers;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class SqlStatementTests
{
    private static readonly SqlDialect Postgres = DatabaseDrivers.Of(DatabaseKind.PostgreSql).Dialect;

    public static TheoryData<DatabaseKind, string, string> Texts => new()
    {
        { DatabaseKind.PostgreSql, "select ? from t where a = ?", "select @ch_1 from t where a = @ch_2" },
        { DatabaseKind.PostgreSql, "select '?', \"a?\", ?", "select '?', \"a?\", @ch_1" },
        { DatabaseKind.PostgreSql, "select 'it''s ?', ?", "select 'it''s ?', @ch_1" },
        { DatabaseKind.PostgreSql, "select '\\', ?", "select '\\', @ch_1" },
        { DatabaseKind.PostgreSql, "select E'\\'?', ?", "select E'\\'?', @ch_1" },
        { DatabaseKind.PostgreSql, "select $$ ? $$, $a$ $$ ? $a$, ?", "select $$ ? $$, $a$ $$ ? $a$, @ch_1" },
        { DatabaseKind.PostgreSql, "select a$b$c, ?, $1", "select a$b$c, @ch_1, $1" },
        { DatabaseKind.PostgreSql, "select 1 -- ?\n, ?", "select 1 -- ?\n, @ch_1" },
        { DatabaseKind.PostgreSql, "/* ? /* ? */ ? */ select ?", "/* ? /* ? */ ? */ select @ch_1" },
        { DatabaseKind.PostgreSql, "select a ?? 'b', ?::int, c[?]", "select a ? 'b', @ch_1::int, c[@ch_2]" },
        { DatabaseKind.MySql, "select '\\'?', `a?`, ? # ?", "select '\\'?', `a?`, @ch_1 # ?" },
        { DatabaseKind.MySql, "select 5--?, 1 -- ?", "select 5--@ch_1, 1 -- ?" },
        { DatabaseKind.MySql, "/* ? /* ? */ select ?", "/* ? /* ? */ select @ch_1" },
        { DatabaseKind.SqlServer, "select [a?], '?', ? from [b]]?]", "select [a?], '?', @ch_1 from [b]]?]" },
        { DatabaseKind.SqlServer, "declare @p1 int; select ?, @p1", "declare @p1 int; select @ch_1, @p1" },
        { DatabaseKind.Sqlite, "select [a?], `b?`, ?", "select [a?], `b?`, @ch_1" },
        { DatabaseKind.Sqlite, "select 'open ?", "select 'open ?" },
        { DatabaseKind.Sqlite, "/* open ?", "/* open ?" },
        { DatabaseKind.Sqlite, "", "" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void QuestionMarks_BecomePlacesOutsideOfQuotesAndComments(DatabaseKind kind, string sql, string expected)
    {
        var statement = SqlStatement.Read(sql, '?', DatabaseDrivers.Of(kind).Dialect);

        Assert.Equal(expected, statement.Text);
        Assert.Equal(expected.Split("@ch_").Length - 1, statement.Places.Count);
    }

    [Theory]
    [InlineData("update t set a = 1", false)]
    [InlineData("update t set a = 1;  -- done\n", false)]
    [InlineData("update t set a = ';x'", false)]
    [InlineData("update t set a = 1; update u set b = 2", true)]
    [InlineData("delete from a;'x'", true)]
    public void SeveralStatements_AreNoticed(string sql, bool isSeveral) => Assert.Equal(isSeveral, SqlStatement.Plain(sql, Postgres).IsSeveral);

    [Fact]
    public void Template_AsksForItsNamesInOrder()
    {
        var template = SqlTemplate.Read(Template.Parse("insert into t values (${mrn}, ${ name }, ${mrn}) -- ${nobody}"), Postgres);

        Assert.Equal(["mrn", "name", "mrn"], template.Names);
        Assert.StartsWith("insert into t values (@ch_1, @ch_2, @ch_3) -- ", template.Statement.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TemplateWithQuotedName_IsRefused()
    {
        var refusal = Assert.Throws<FormatException>(() => SqlTemplate.Read(Template.Parse("insert into t values (${mrn}, '${name}')"), Postgres));

        Assert.Contains("${name}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("insert into t values (1);", "insert into t values (1)\nreturning *")]
    [InlineData("insert into t values (1) returning id", "insert into t values (1) returning id")]
    [InlineData("-- new\ninsert into t values ('returning')", "-- new\ninsert into t values ('returning')\nreturning *")]
    [InlineData("create table t (a int)", "create table t (a int)")]
    public void KeysOfPostgres_AreReturnedByTheStatement(string sql, string expected) =>
        Assert.Equal(expected, SqlKeys.Returning(SqlStatement.Plain(sql, Postgres), Postgres).Text);

    [Theory]
    [InlineData("{call p(?, 1)}", false, "call p(?, 1)")]
    [InlineData(" { CALL p(?, 1) } ", true, "exec p ?, 1")]
    [InlineData("{call p}", true, "exec p")]
    [InlineData("{fn now()}", false, "{fn now()}")]
    [InlineData("select 1", true, "select 1")]
    public void CallEscape_IsTheDatabasesOwnCall(string sql, bool isExec, string expected) => Assert.Equal(expected, CallEscape.Remove(sql, isExec));
}
