using ChannelHost.Connectors.Database;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.UserClasses;

/// <summary>Scripts on a real database.</summary>
public sealed class DatabaseClassTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"script-{Guid.NewGuid():n}.db");
    private readonly MirthBench _bench;

    public DatabaseClassTests() => _bench = new MirthBench(environment => environment with
    {
        Databases = new ScriptDatabases(),
        Access = new ScriptAccess { Databases = [new DatabaseAccess("patients", DatabaseKind.Sqlite, $"Data Source={_file};Pooling=False", "jdbc:sqlite:/data/patients.db")] },
    });

    [Fact]
    public void RowsAreWrittenAndRead_AsImportedScriptsDoIt()
    {
        var text = _bench.Text("""
            (function () {
                var dbConn = DatabaseConnectionFactory.createDatabaseConnection('org.sqlite.JDBC', 'jdbc:sqlite:/data/patients.db', '', '');
                try {
                    dbConn.executeUpdate('CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, born TEXT, weight REAL)');
                    var changed = dbConn.executeUpdate('INSERT INTO p (name, born, weight) VALUES (?, ?, ?)', ['DOE', null, 70.5]);
                    dbConn.executeUpdate('INSERT INTO p (name, born, weight) VALUES (?, ?, ?)', Lists.list('ROE').append('1970').append(80));
                    var rows = dbConn.executeCachedQuery('SELECT id, name AS FullName, born, weight FROM p ORDER BY id');
                    var out = [changed, rows.size(), rows.getMetaData().getColumnCount(), rows.getMetaData().getColumnLabel(2)];
                    while (rows.next()) {
                        out.push(rows.getInt('id') + rows.getString('FULLNAME') + rows.getString(3) + rows.wasNull() + rows.getDouble('weight'));
                    }
                    return out.join(' ');
                } finally {
                    dbConn.close();
                    dbConn.close();
                }
            })()
            """);

        Assert.Equal("1 2 4 FullName 1DOEnulltrue70.5 2ROE1970false80", text);
    }

    [Theory]
    [InlineData("db.executeCachedQuery('SELECT nonsense FROM nowhere')")]
    [InlineData("db.executeCachedQuery('SELECT 1 AS a').getString('a')")]
    [InlineData("var rows = db.executeCachedQuery('SELECT 1 AS a'); rows.next(); rows.getString('b')")]
    [InlineData("db.close(); db.executeUpdate('SELECT 1')")]
    [InlineData("DatabaseConnectionFactory.createDatabaseConnection('x', 'jdbc:sqlite:/etc/other.db')")]
    public void WhatFails_IsASqlException(string script) => Assert.Equal(
        "java.sql.SQLException",
        _bench.Text($"(function () {{ var db = DatabaseConnectionFactory.createDatabaseConnection('patients'); try {{ {script} }} catch (e) {{ return e.javaException.getClass().getName() }} }})()"));

    [Fact]
    public void ConnectionThatIsLeftOpen_EndsWithItsRun()
    {
        _bench.Out("var db = DatabaseConnectionFactory.createDatabaseConnection('patients'); db.setAutoCommit(false); db.executeUpdate('CREATE TABLE t (a)');");

        // What was not committed is gone, and nothing holds the file.
        Assert.Equal("0.0", _bench.Text("DatabaseConnectionFactory.createDatabaseConnection('patients').executeCachedQuery(\"SELECT * FROM sqlite_master WHERE name = 't'\").size() + '.0'"));
        File.Delete(_file);
    }

    public void Dispose() => File.Delete(_file);
}
