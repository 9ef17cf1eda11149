using ChannelHost.Connectors.Database;
using ChannelHost.Connectors.Database.Drivers;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class JdbcAddressTests
{
    public static TheoryData<string, DatabaseKind, string, int, string> Addresses => new()
    {
        { "jdbc:postgresql://db.example.org:5433/clinic?ssl=true", DatabaseKind.PostgreSql, "db.example.org", 5433, "clinic" },
        { "jdbc:postgresql://DB.example.org/clinic", DatabaseKind.PostgreSql, "db.example.org", 5432, "clinic" },
        { "jdbc:postgresql://127.0.0.1/clinic", DatabaseKind.PostgreSql, "localhost", 5432, "clinic" },
        { "jdbc:postgresql://[::1]:6000/clinic", DatabaseKind.PostgreSql, "localhost", 6000, "clinic" },
        { "jdbc:mysql://db/clinic?useSSL=false", DatabaseKind.MySql, "db", 3306, "clinic" },
        { "jdbc:mariadb://db:3307/clinic", DatabaseKind.MySql, "db", 3307, "clinic" },
        { "jdbc:sqlserver://db:1444;databaseName=Clinic;encrypt=true", DatabaseKind.SqlServer, "db", 1444, "clinic" },
        { "jdbc:sqlserver://db\\PMS;databaseName=Clinic", DatabaseKind.SqlServer, "db\\pms", 1433, "clinic" },
        { "jdbc:jtds:sqlserver://db:1433/Clinic;domain=x", DatabaseKind.SqlServer, "db", 1433, "clinic" },
        { "jdbc:jtds:sqlserver://db/Clinic;instance=PMS", DatabaseKind.SqlServer, "db\\pms", 1433, "clinic" },
        { "jdbc:sqlite:/var/lib/a/../clinic.db", DatabaseKind.Sqlite, "", 0, "/var/lib/clinic.db" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Address_LeadsToOnePlace(string address, DatabaseKind kind, string host, int port, string database)
    {
        var read = JdbcAddress.TryRead(address);

        Assert.Equal((kind, new DatabasePlace(host, port, database)), (read!.Kind, read.Place));
    }

    [Theory]
    [InlineData("jdbc:oracle:thin:@db:1521:orcl")]
    [InlineData("jdbc:sqlite:relative.db")]
    [InlineData("jdbc:postgresql://db:port/clinic")]
    [InlineData("ehr")]
    public void OtherAddress_IsNone(string address) => Assert.Null(JdbcAddress.TryRead(address));

    [Fact]
    public void UserAndPassword_AreReadAndNotShown()
    {
        const string Address = "jdbc:postgresql://db/clinic?user=ann&password=s%26cret";

        var read = JdbcAddress.TryRead(Address);

        Assert.Equal(("ann", "s&cret"), (read!.User, read.Password));
        Assert.Equal("jdbc:postgresql://db/clinic", JdbcAddress.Shown(Address));
        Assert.Equal("jdbc:mysql://db/clinic", JdbcAddress.Shown("jdbc:mysql://ann:secret@db/clinic"));
    }

    [Theory]
    [InlineData(DatabaseKind.PostgreSql, "Host=db;Database=clinic;Username=a", "db", 5432, "clinic")]
    [InlineData(DatabaseKind.MySql, "Server=DB;Port=3307;Database=clinic", "db", 3307, "clinic")]
    [InlineData(DatabaseKind.SqlServer, "Data Source=tcp:127.0.0.1,1444;Initial Catalog=Clinic", "localhost", 1444, "clinic")]
    [InlineData(DatabaseKind.Sqlite, "Data Source=/tmp/x.db", "", 0, "/tmp/x.db")]
    public void ConnectionString_LeadsToTheSamePlace(DatabaseKind kind, string connection, string host, int port, string database) =>
        Assert.Equal(new DatabasePlace(host, port, database), DatabaseDrivers.Of(kind).PlaceOf(connection));

    [Theory]
    [InlineData(DatabaseKind.PostgreSql, "Nonsense=1")]
    [InlineData(DatabaseKind.PostgreSql, "Database=x")]
    [InlineData(DatabaseKind.SqlServer, "Initial Catalog=x")]
    [InlineData(DatabaseKind.Sqlite, "Data Source=relative.db")]
    [InlineData(DatabaseKind.Sqlite, "Data Source=:memory:")]
    public void ConnectionStringWithoutPlace_IsRefused(DatabaseKind kind, string connection) =>
        Assert.ThrowsAny<ArgumentException>(() => DatabaseDrivers.Of(kind).PlaceOf(connection));
}
