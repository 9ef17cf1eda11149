using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Databases;

/// <summary>An open database of a script.</summary>
internal sealed class ConnectionState(IScriptDatabase database) : IDisposable
{
    private bool _isClosed;

    /// <summary>The database.</summary>
    /// <exception cref="ScriptDatabaseException">It was closed.</exception>
    public IScriptDatabase Database => _isClosed ? throw new ScriptDatabaseException("The connection is closed.") : database;

    /// <summary>Its address, also when it is closed.</summary>
    public string Address => database.Address;

    /// <summary>True when it was closed.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Closes it; a second time does nothing.</summary>
    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            database.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();
}

/// <summary><c>DatabaseConnectionFactory</c> and the connections it opens. What a script leaves open is closed when its run ends.</summary>
internal static class DatabaseClasses
{
    private const int MaxRows = 1_000_000;

    /// <summary>An open connection.</summary>
    public static readonly UserClass Connection = new UserClassBuilder<ConnectionState>(Packages.Server, "DatabaseConnection")
        .Method("executeCachedQuery", static (state, call) => Rows(state, call), 1)
        .Method("executeUpdate", static (state, call) => Run(call, () => state.Database.Update(call.Text(0), Parameters(call), Limits(call.Run))), 1)
        .Method("executeUpdateAndGetGeneratedKeys", static (state, call) => Keys(state, call), 1)
        .Method("setAutoCommit", static (state, call) => Do(call, () => SetAutoCommit(call.Run, state, call.Flag(0))), 1)
        .Method("getAutoCommit", static (state, call) => Ask(call, () => state.Database.AutoCommit))
        .Method("commit", static (state, call) => Do(call, () => state.Database.Commit(Limits(call.Run))))
        .Method("rollback", static (state, call) => Do(call, () => state.Database.Rollback(Limits(call.Run))))
        .Method("isClosed", static (state, _) => state.IsClosed)
        .Method("close", static (state, call) => Do(call, state.Close))
        .Method("getConnection", static (state, call) => Java.Sql.SqlClasses.Wrap(call.Run.Java, state))
        .Property("Address", static (state, call) => call.Run.Text(state.Address))
        .Text(static state => state.Address)
        .Build();

    /// <summary>The factory: an object in every script, and a class.</summary>
    public static readonly UserClass Factory = new UserClassBuilder<object>(Packages.Server, "DatabaseConnectionFactory")
        .Static("createDatabaseConnection", Open)
        .Static("createConnection", Open)
        .Static("initializeDriver", static _ => JsValue.Undefined)
        .Build();

    private static JsValue Open(UserCall call)
    {
        if (call.Run.Environment.Databases is null)
        {
            throw call.Error("is not available here: this host opens no databases for scripts.");
        }

        // With a driver's class first, as in Java; ours needs the address or the declared name alone.
        var at = call.Count > 1 ? 1 : 0;
        return Ask(call, () => call.Run.Classes.Wrap(Connection, Open(call.Run, call.Text(at), call.TextOrNull(at + 1), call.TextOrNull(at + 2))));
    }

    /// <summary>Opens a declared database; the run closes it if the script does not.</summary>
    /// <exception cref="ScriptDatabaseException">It is not declared, or cannot be opened.</exception>
    public static ConnectionState Open(ScriptRun run, string address, string? user, string? password)
    {
        run.Resources.Require(OpenResources.Databases);
        var state = new ConnectionState(run.Environment.Databases!.Open(run.Environment.Access, address, user, password, run.Limits.TimeLeft, run.Limits.CancellationToken));
        run.Resources.Keep(OpenResources.Databases, state, () => state.IsClosed);
        return state;
    }

    /// <summary>As JDBC has it, what is open is committed; here within the run's limits.</summary>
    public static void SetAutoCommit(ScriptRun run, ConnectionState state, bool commits)
    {
        if (commits && !state.Database.AutoCommit)
        {
            state.Database.Commit(Limits(run));
        }

        state.Database.AutoCommit = commits;
    }

    private static JsValue Rows(ConnectionState state, UserCall call) => Ask(
        call, () => call.Run.Classes.Wrap(RowSetClass.Type, new RowSetState(state.Database.Query(call.Text(0), Parameters(call), Limits(call.Run)))));

    private static JsValue Keys(ConnectionState state, UserCall call) => Ask(
        call, () => call.Run.Classes.Wrap(RowSetClass.Type, new RowSetState(state.Database.UpdateAndReadKeys(call.Text(0), Parameters(call), Limits(call.Run)))));

    /// <summary>What one statement may cost: what is left to the run. Values take about twice their bytes as objects.</summary>
    public static RowSetLimits Limits(ScriptRun run)
    {
        run.Limits.Check();
        return new RowSetLimits(run.Limits.TimeLeft, MaxRows, Math.Max(0, run.Limits.RoomLeft / 2)) { Cancellation = run.Limits.CancellationToken };
    }

    private static List<object?> Parameters(UserCall call)
    {
        if (!call.Has(1))
        {
            return [];
        }

        if (PlainValue.From(call[1], call.Run) is not IEnumerable<object?> given)
        {
            throw call.Error("needs its parameters as a list.");
        }

        return [.. given.Select(value => value is null ? null : Parameter(value) ?? throw call.Error("takes texts, numbers, truth values, dates and bytes as parameters."))];
    }

    /// <summary>A value of a script as a parameter; null for none, and for what cannot be one.</summary>
    public static object? Parameter(ScriptRun run, JsValue value) => Parameter(PlainValue.From(value, run));

    private static object? Parameter(object? value) => value switch
    {
        DateValue date => date.At.UtcDateTime,
        MarkupValue markup => markup.Text,
        string or double or bool or byte[] => value,
        _ => null,
    };

    private static JsValue Run(UserCall call, Func<int> action) => Ask(call, () => action());

    private static JsValue Do(UserCall call, Action action) => Ask(call, () =>
    {
        action();
        return JsValue.Undefined;
    });

    private static JsValue Ask(UserCall call, Func<JsValue> action)
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
            throw call.Throw("java.sql.SQLException", exception.Message);
        }
    }
}
