using ChannelHost.Testing.Databases;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class MariaDbScriptDatabaseTests(MariaDbFixture fixture) : ScriptDatabaseContract, IClassFixture<MariaDbFixture>
{
    private MariaDbServer Server => fixture.Server;

    private protected override DatabaseAccess Declared => new("ehr", DatabaseKind.MySql, Server.ConnectionString, null);

    private protected override string Jdbc => Server.Jdbc;

    private protected override string Endless => "select sleep(600) from (select 1 union select 2) t";

    private protected override (string Binary, string Numbered) Types => ("blob", "int auto_increment primary key");

    [Fact]
    public void VariablesOfTheDatabase_CanBeUsed() =>
        Assert.Equal("x", Open().Query("select concat(@v := ?, '')", ["x"], Limits).Rows[0][0]);

    [Fact]
    public void Procedure_IsCalledAsInJava()
    {
        var database = WithTable();
        database.Update("drop procedure if exists note", [], Limits);
        database.Update("create procedure note(in a int) insert into visits (id) values (a)", [], Limits);

        database.Update("{call note(?)}", [5.0], Limits);

        Assert.Equal(5L, database.Query("select id from visits", [], Limits).Rows[0][0]);
    }

    [Fact]
    public void WrongPassword_IsRefusedAndNotTold()
    {
        var refusal = Assert.Throws<ScriptDatabaseException>(() => Open(user: MariaDbServer.User, password: "wrong-0815"));

        Assert.DoesNotContain("wrong-0815", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(MariaDbServer.Password, refusal.ToString(), StringComparison.Ordinal);
    }
}
