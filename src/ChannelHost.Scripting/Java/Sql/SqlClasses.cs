using ChannelHost.Scripting.UserClasses.Databases;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Sql;

/// <summary><c>java.sql</c> on databases that the channel declares. A result set holds all of its rows: it is the one of <c>DatabaseConnection</c>.</summary>
internal static class SqlClasses
{
    private const string Failure = "java.sql.SQLException";

    private static readonly JavaClass Statement = new JavaClass("java.sql.Statement")
        .Method<JavaStatement>("executeQuery", static (statement, call) => statement.Query(call))
        .Method<JavaStatement>("executeUpdate", static (statement, call) => statement.Update(call))
        .Method<JavaStatement>("executeLargeUpdate", static (statement, call) => statement.Update(call))
        .Method<JavaStatement>("execute", static (statement, call) => statement.Execute(call))
        .Method<JavaStatement>("getResultSet", static (statement, _) => statement.Rows)
        .Method<JavaStatement>("getGeneratedKeys", static (statement, call) => statement.KeysOf(call))
        .Method<JavaStatement>("getUpdateCount", static (statement, _) => statement.Changed)
        .Method<JavaStatement>("getMoreResults", static (statement, _) => statement.NoMore())
        .Void<JavaStatement>("addBatch", static (statement, call) => statement.AddBatch(call))
        .Void<JavaStatement>("clearBatch", static (statement, _) => statement.ClearBatch())
        .Method<JavaStatement>("executeBatch", static (statement, call) => statement.ExecuteBatch(call))
        .Method<JavaStatement>("getConnection", static (statement, _) => statement.Connection)
        .Method<JavaStatement>("isClosed", static (statement, _) => statement.IsClosed)
        .Void<JavaStatement>("close", static (statement, _) => statement.IsClosed = true)
        .Void<JavaStatement>("setQueryTimeout", static (_, _) => { })
        .Void<JavaStatement>("setFetchSize", static (_, _) => { })
        .Void<JavaStatement>("setMaxRows", static (_, _) => { })
        .Void<JavaStatement>("setEscapeProcessing", static (_, _) => { })
        .Constant("RETURN_GENERATED_KEYS", 1).Constant("NO_GENERATED_KEYS", 2);

    private static readonly JavaClass Prepared = Setters(new JavaClass("java.sql.PreparedStatement", Statement))
        .Void<JavaStatement>("clearParameters", static (statement, _) => statement.Parameters.Clear());

    private static readonly JavaClass Connection = new JavaClass("java.sql.Connection")
        .Method<ConnectionState>("createStatement", static (_, call) => call.New(Statement, new JavaStatement(call.Self, null, wantsKeys: false)))
        .Method<ConnectionState>("prepareStatement", static (_, call) => call.New(Prepared, new JavaStatement(call.Self, call.Text(0), call.Count == 2 && (call[1] is not JsNumber || call.Int(1) == 1))))
        .Void<ConnectionState>("setAutoCommit", static (state, call) => Ask(call, () => DatabaseClasses.SetAutoCommit(call.Run, state, call.Flag(0))))
        .Method<ConnectionState>("getAutoCommit", static (state, call) => Ask(call, () => state.Database.AutoCommit))
        .Void<ConnectionState>("commit", static (state, call) => Ask(call, () => state.Database.Commit(DatabaseClasses.Limits(call.Run))))
        .Void<ConnectionState>("rollback", static (state, call) => Ask(call, () => state.Database.Rollback(DatabaseClasses.Limits(call.Run))))
        .Method<ConnectionState>("isClosed", static (state, _) => state.IsClosed)
        .Method<ConnectionState>("isValid", static (state, _) => !state.IsClosed)
        .Void<ConnectionState>("close", static (state, call) => Ask(call, state.Close))
        .Void<ConnectionState>("setReadOnly", static (_, _) => { })
        .Method<ConnectionState>("toString", static (state, call) => call.Return(state.Address))
        .Refuse("prepareCall", "use prepareStatement with the statement that calls the procedure.")
        .Refuse("getMetaData", "ask the database's own catalog by a query.");

    private static readonly JavaClass Driver = new JavaClass("java.sql.Driver").New(static _ => new object());

    /// <summary>All.</summary>
    public static readonly JavaClass[] All =
    [
        Statement, Prepared, Connection, Driver,
        new JavaClass("java.sql.DriverManager")
            .Needs(JavaNeed.Database)
            .Static("getConnection", static call => Open(call))
            .Static("registerDriver", static _ => JsValue.Undefined)
            .Static("setLoginTimeout", static _ => JsValue.Undefined),
        new JavaClass("java.sql.ResultSet")
            .Constant("TYPE_FORWARD_ONLY", 1003).Constant("TYPE_SCROLL_INSENSITIVE", 1004).Constant("TYPE_SCROLL_SENSITIVE", 1005)
            .Constant("CONCUR_READ_ONLY", 1007).Constant("CONCUR_UPDATABLE", 1008),
        new JavaClass("org.postgresql.util.PGobject")
            .New(static _ => new TypedText())
            .Void<TypedText>("setType", static (value, call) => value.Type = call.TextOrNull(0))
            .Void<TypedText>("setValue", static (value, call) => value.Value = call.TextOrNull(0))
            .Method<TypedText>("getType", static (value, call) => call.Return(value.Type))
            .Method<TypedText>("getValue", static (value, call) => call.Return(value.Value))
            .Method<TypedText>("toString", static (value, call) => call.Return(value.Value)),
    ];

    /// <summary>Drivers by their names, which scripts load before they connect: ours need no loading.</summary>
    public static readonly (string Name, JavaClass Type)[] Drivers =
    [
        ("org.postgresql.Driver", Driver), ("com.mysql.jdbc.Driver", Driver), ("com.mysql.cj.jdbc.Driver", Driver), ("org.mariadb.jdbc.Driver", Driver),
        ("com.microsoft.sqlserver.jdbc.SQLServerDriver", Driver), ("net.sourceforge.jtds.jdbc.Driver", Driver), ("org.sqlite.JDBC", Driver),
    ];

    /// <summary>A connection as Java has it, over one that is open.</summary>
    public static JsValue Wrap(JavaSession java, ConnectionState state) => new JavaObject(java, Connection, state);

    /// <summary>Asks the database; what it refuses is a <c>SQLException</c>, what meets a limit of the run is that limit.</summary>
    public static T Ask<T>(JavaCall call, Func<T> action)
    {
        try
        {
            var value = action();
            call.Run.Limits.Check();
            return value;
        }
        catch (ScriptDatabaseException exception)
        {
            call.Run.Limits.Check();
            throw call.Throw(Failure, exception.Message);
        }
    }

    private static void Ask(JavaCall call, Action action) => Ask(call, () =>
    {
        action();
        return true;
    });

    private static JsValue Open(JavaCall call)
    {
        if (call.Run.Environment.Databases is null)
        {
            throw call.Throw(Failure, "DriverManager.getConnection is not available here: this host opens no databases for scripts.");
        }

        var (user, password) = call[1] is JavaObject { State: JavaMap properties }
            ? (Property(properties, "user"), Property(properties, "password"))
            : (call.TextOrNull(1), call.TextOrNull(2));
        return Ask(call, () => call.New(Connection, DatabaseClasses.Open(call.Run, call.Text(0), user, password)));
    }

    private static string? Property(JavaMap properties, string name) => properties.TryGet(name, out var value) && !value.IsNothing() ? JavaText.Of(value) : null;

    private static JavaClass Setters(JavaClass type)
    {
        foreach (var name in new[] { "String", "NString", "Int", "Long", "Short", "Double", "Float", "Boolean", "BigDecimal", "Date", "Time", "Timestamp", "Bytes", "Object", "Clob", "Blob" })
        {
            type.Void<JavaStatement>("set" + name, static (statement, call) => statement.Set(call, call[1]));
        }

        return type.Void<JavaStatement>("setNull", static (statement, call) => statement.Set(call, JsValue.Null));
    }
}

/// <summary>The state of a <c>PGobject</c>: a text for a column of a type of PostgreSQL's own. The server reads it as what the column is.</summary>
internal sealed class TypedText
{
    /// <summary>The type's name.</summary>
    public string? Type { get; set; }

    /// <summary>The text.</summary>
    public string? Value { get; set; }
}
