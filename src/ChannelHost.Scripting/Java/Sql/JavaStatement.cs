using ChannelHost.Scripting.UserClasses.Databases;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Sql;

/// <summary>The state of a <c>Statement</c> or <c>PreparedStatement</c>.</summary>
/// <param name="connection">The connection's object.</param>
/// <param name="sql">The prepared statement; null when each call brings its own.</param>
/// <param name="wantsKeys">True when the keys of new rows are asked for.</param>
internal sealed class JavaStatement(JsValue connection, string? sql, bool wantsKeys)
{
    private const string Failure = "java.sql.SQLException";
    private const int MostParameters = 10_000;

    private readonly List<(string Sql, List<object?> Parameters)> _batch = [];
    private RowSet? _keys;

    /// <summary>The connection's object.</summary>
    public JsValue Connection => connection;

    /// <summary>The parameters, by place.</summary>
    public List<object?> Parameters { get; } = [];

    /// <summary>True when it was closed.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The rows of the last query; null for none.</summary>
    public JsValue Rows { get; private set; } = JsValue.Null;

    /// <summary>How many rows the last statement changed; -1 for a query.</summary>
    public int Changed { get; private set; } = -1;

    /// <summary>Sets the parameter of a place, from 1.</summary>
    public void Set(JavaCall call, JsValue value)
    {
        var place = call.Int(0);
        if (place is < 1 or > MostParameters)
        {
            throw call.Throw(Failure, $"There is no parameter {place}: places count from 1 to {MostParameters}.");
        }

        while (Parameters.Count < place)
        {
            Parameters.Add(null);
        }

        Parameters[place - 1] = value is JavaObject { State: TypedText typed } ? typed.Value : DatabaseClasses.Parameter(call.Run, value)
            ?? (value is JsNull or JsUndefined ? null : throw call.Throw(Failure, "A parameter is a text, a number, a truth value, a date or bytes."));
    }

    /// <summary>Runs a query.</summary>
    public JsValue Query(JavaCall call)
    {
        var rows = SqlClasses.Ask(call, () => Database(call).Query(Sql(call), Parameters, DatabaseClasses.Limits(call.Run)));
        Changed = -1;
        return Rows = call.Run.Classes.Wrap(RowSetClass.Type, new RowSetState(rows));
    }

    /// <summary>Runs a statement that changes rows.</summary>
    public JsValue Update(JavaCall call)
    {
        Rows = JsValue.Null;
        Changed = SqlClasses.Ask(call, () => Change(call, Sql(call), Parameters, WantsKeys(call)));
        return Changed;
    }

    /// <summary>Runs any statement; true when it gave rows.</summary>
    public JsValue Execute(JavaCall call)
    {
        if (GivesRows(Sql(call)) && !WantsKeys(call))
        {
            Query(call);
            return true;
        }

        Update(call);
        return false;
    }

    /// <summary>The keys of the rows that the last statement made.</summary>
    public JsValue KeysOf(JavaCall call) => call.Run.Classes.Wrap(RowSetClass.Type, new RowSetState(_keys ?? new RowSet([], [])));

    /// <summary>Goes past the last result: there is never another.</summary>
    public bool NoMore()
    {
        (Rows, Changed) = (JsValue.Null, -1);
        return false;
    }

    /// <summary>Notes a statement, or a set of parameters.</summary>
    public void AddBatch(JavaCall call)
    {
        call.Run.Limits.CheckLength(_batch.Count);
        _batch.Add((Sql(call), [.. Parameters]));
    }

    /// <summary>Forgets what was noted.</summary>
    public void ClearBatch() => _batch.Clear();

    /// <summary>Runs what was noted, in order.</summary>
    public JsValue ExecuteBatch(JavaCall call)
    {
        var counts = new List<JsValue>(_batch.Count);
        foreach (var (statement, parameters) in _batch)
        {
            counts.Add(SqlClasses.Ask(call, () => Change(call, statement, parameters, keys: false)));
        }

        _batch.Clear();
        return call.Java.Array(counts);
    }

    private int Change(JavaCall call, string statement, List<object?> parameters, bool keys)
    {
        _keys = null;
        if (!keys)
        {
            return Database(call).Update(statement, parameters, DatabaseClasses.Limits(call.Run));
        }

        _keys = Database(call).UpdateAndReadKeys(statement, parameters, DatabaseClasses.Limits(call.Run));
        return _keys.Rows.Count;
    }

    private bool WantsKeys(JavaCall call) => wantsKeys || (sql is null && call.Count == 2 && (call[1] is not JsNumber || call.Int(1) == 1));

    private string Sql(JavaCall call) => sql ?? call.Text(0);

    private IScriptDatabase Database(JavaCall call) =>
        IsClosed ? throw call.Throw(Failure, "The statement is closed.") : ((ConnectionState)((JavaObject)connection).State).Database;

    private static bool GivesRows(string statement)
    {
        var text = statement.AsSpan().TrimStart(" \t\r\n(");
        var end = 0;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        return text[..end].ToString().ToUpperInvariant() is "SELECT" or "WITH" or "VALUES" or "SHOW" or "PRAGMA" or "EXPLAIN" or "TABLE" or "DESCRIBE";
    }
}
