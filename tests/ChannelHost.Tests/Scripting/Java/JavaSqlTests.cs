using ChannelHost.Connectors.Database;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Java;

/// <summary><c>java.sql</c> on a real database.</summary>
public sealed class JavaSqlTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"java-sql-{Guid.NewGuid():n}.db");
    private readonly MirthBench _bench;

    public JavaSqlTests() => _bench = new MirthBench(environment => environment with
    {
        Databases = new ScriptDatabases(),
        Access = new ScriptAccess { Databases = [new DatabaseAccess("patients", DatabaseKind.Sqlite, $"Data Source={_file};Pooling=False", "jdbc:sqlite:/data/patients.db")] },
    });

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void StatementsWriteAndRead_AsJdbcHasIt()
    {
        var text = _bench.Text("""
            (function () {
                java.lang.Class.forName('org.sqlite.JDBC');
                var db = java.sql.DriverManager.getConnection('jdbc:sqlite:/data/patients.db', '', '');
                try {
                    db.setAutoCommit(false);
                    var s = db.createStatement();
                    s.executeUpdate('CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, weight REAL)');
                    var p = db.prepareStatement('INSERT INTO p (name, weight) VALUES (?, ?)');
                    p.setString(1, 'DOE'); p.setDouble(2, 70.5);
                    var out = [p.executeUpdate()];
                    p.setString(1, 'ROE'); p.setNull(2, java.sql.Types.DOUBLE); p.addBatch();
                    p.setString(1, 'POE'); p.setInt(2, 3); p.addBatch();
                    out.push(p.executeBatch().length);
                    db.commit();
                    out.push(s.execute('SELECT name, weight FROM p ORDER BY id'));
                    for (var rows = s.getResultSet(); rows.next();) out.push(rows.getString('name') + rows.getDouble(2) + rows.wasNull());
                    out.push(s.execute("UPDATE p SET weight = 1 WHERE name <> 'DOE'"), s.getUpdateCount());
                    db.rollback();
                    var keyed = db.prepareStatement('INSERT INTO p (name) VALUES (?)', java.sql.Statement.RETURN_GENERATED_KEYS);
                    keyed.setObject(1, 'X'); keyed.executeUpdate();
                    var keys = keyed.getGeneratedKeys(); keys.next(); out.push(keys.getInt(1));
                    return out.join(' ');
                } finally {
                    db.close();
                }
            })()
            """);

        Assert.Equal("1 2 true DOE70.5false ROE0true POE3false false 2 4", text);
    }

    [Theory]
    [InlineData("java.sql.DriverManager.getConnection('jdbc:sqlite:/etc/other.db')")]
    [InlineData("db.createStatement().executeQuery('SELECT nonsense FROM nowhere')")]
    [InlineData("db.prepareStatement('SELECT 1').setString(0, 'x')")]
    [InlineData("var s = db.createStatement(); s.close(); s.executeQuery('SELECT 1')")]
    [InlineData("db.close(); db.createStatement().executeQuery('SELECT 1')")]
    [InlineData("for (var i = 0; i < 20; i++) java.sql.DriverManager.getConnection('patients')")]
    public void WhatFails_IsASqlException(string script) => Assert.Equal(
        "java.sql.SQLException",
        _bench.Text($"(function () {{ var db = java.sql.DriverManager.getConnection('patients'); try {{ {script} }} catch (e) {{ return e.javaException.getClass().getName() }} }})()"));

    [Fact]
    public void EightConnections_AreTheMost_AndClosedOnesDoNotCount()
    {
        var text = _bench.Text("""
            (function () {
                for (var i = 0; i < 30; i++) java.sql.DriverManager.getConnection('patients').close();
                var n = 0;
                try { for (;;) { DatabaseConnectionFactory.createDatabaseConnection('patients'); n++; } } catch (e) { return n + ' ' + e; }
            })()
            """);

        Assert.StartsWith("8 ", text, StringComparison.Ordinal);
        Assert.Contains("holds 8 database connections open", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectionOfTheFactory_GivesJdbcs() =>
        Assert.Equal("1", _bench.Text("DatabaseConnectionFactory.createDatabaseConnection('patients').getConnection().createStatement().executeQuery('SELECT 1 AS a').size() + ''"));
}
