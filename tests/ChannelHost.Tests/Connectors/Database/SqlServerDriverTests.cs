using System.Data;
using ChannelHost.Connectors.Database;
using ChannelHost.Connectors.Database.Drivers;
using Microsoft.Data.SqlClient;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>SQL Server does not run where the tests run: this is what can be proven without it, up to the connection attempt.</summary>
public sealed class SqlServerDriverTests
{
    private readonly SqlServerDriver _driver = new();

    [Fact]
    public void ScriptsCredentials_TakeThePlaceOfTheDeclaredOnes()
    {
        using var connection = _driver.Connect(Target("Data Source=db,1444;Initial Catalog=clinic;Integrated Security=true") with { User = "ann", Password = "s;e=c'ret" });

        var settings = new SqlConnectionStringBuilder(connection.ConnectionString);
        Assert.Equal(("db,1444", "clinic", "ann", "s;e=c'ret", false, 3), (settings.DataSource, settings.InitialCatalog, settings.UserID, settings.Password, settings.IntegratedSecurity, settings.ConnectTimeout));
    }

    [Fact]
    public void Values_HaveTheTypesOfTheServer()
    {
        var whole = (SqlParameter)_driver.Parameter("ch_1", 5.0);
        var half = (SqlParameter)_driver.Parameter("ch_2", 0.5);
        var text = (SqlParameter)_driver.Parameter("ch_3", "Ö");
        var nothing = (SqlParameter)_driver.Parameter("ch_4", null);
        var time = (SqlParameter)_driver.Parameter("ch_5", new DateTime(2024, 1, 2, 3, 4, 5));
        var bytes = (SqlParameter)_driver.Parameter("ch_6", new byte[] { 1 });

        Assert.Equal(
            [SqlDbType.BigInt, SqlDbType.Float, SqlDbType.NVarChar, SqlDbType.NVarChar, SqlDbType.DateTime2, SqlDbType.VarBinary],
            new[] { whole, half, text, nothing, time, bytes }.Select(parameter => parameter.SqlDbType));
        Assert.Equal((5L, DBNull.Value), (whole.Value, nothing.Value));
    }

    [Theory]
    [InlineData(2627, 14, DatabaseFaultKind.Rejected)]
    [InlineData(547, 16, DatabaseFaultKind.Rejected)]
    [InlineData(50000, 16, DatabaseFaultKind.Rejected)]
    [InlineData(1205, 13, DatabaseFaultKind.Busy)]
    [InlineData(208, 16, DatabaseFaultKind.Setup)]
    [InlineData(18456, 14, DatabaseFaultKind.Setup)]
    [InlineData(-2, 11, null)]
    [InlineData(10054, 20, null)]
    internal void ErrorNumbers_SayWhatKindOfFailureItIs(int number, int severity, DatabaseFaultKind? kind) => Assert.Equal(kind, SqlServerDriver.KindOf(number, severity));

    [Fact]
    public void KeysOfNewRows_AreAskedForInTheSameBatch()
    {
        var (statement, afterwards) = _driver.WithKeys(SqlStatement.Read("insert into visits (name) values (?);", '?', _driver.Dialect));

        Assert.Equal("insert into visits (name) values (@ch_1); select scope_identity() as GENERATED_KEYS", statement.Text);
        Assert.Null(afterwards);
    }

    [Fact]
    public async Task NobodyListens_IsUnreachableAndTellsNoPassword()
    {
        var fault = await Assert.ThrowsAsync<DatabaseFaultException>(() => DatabaseSession.OpenAsync(
            Target("Data Source=127.0.0.1,1;Initial Catalog=clinic;User ID=a;Password=hidden-9;TrustServerCertificate=true;ConnectRetryCount=0"), TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal(DatabaseFaultKind.Unreachable, fault.Kind);

        // The driver came as far as the network: it does not refuse to work without the system's culture data.
        Assert.IsNotType<NotSupportedException>(fault.InnerException);
        Assert.DoesNotContain("hidden-9", fault.ToString(), StringComparison.Ordinal);
    }

    private DatabaseTarget Target(string connection) => new() { Driver = _driver, ConnectionString = connection, Where = "the database ehr", ConnectTimeout = TimeSpan.FromSeconds(3) };
}
