namespace ChannelHost.Connectors.Database;

/// <summary>A setting with SQL in it: each <c>${name}</c> is a place for a value, filled in by the driver and never by writing it into the text.</summary>
internal sealed class SqlTemplate
{
    // A character that no setting can hold.
    private const char Marker = '\0';

    private readonly string[] _names;

    private SqlTemplate(SqlStatement statement, string[] names) => (Statement, _names) = (statement, names);

    /// <summary>The statement.</summary>
    public SqlStatement Statement { get; }

    /// <summary>The names whose values it asks for, in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads a setting.</summary>
    /// <exception cref="FormatException">A <c>${name}</c> stands in quotes; the message names it.</exception>
    public static SqlTemplate Read(Template template, SqlDialect dialect)
    {
        template.TryFill(new Markers(), out var marked);
        var all = template.Names.ToArray();
        var statement = SqlStatement.Read(marked, Marker, dialect);
        return statement.Quoted.Count > 0
            ? throw new FormatException($"${{{all[statement.Quoted[0]]}}} stands in quotes: it becomes a parameter of the statement, which takes no quotes around it")
            : new SqlTemplate(statement, [.. statement.Places.Select(place => all[place])]);
    }

    private sealed class Markers : IVariableLookup
    {
        public string Find(string name) => "\0";
    }
}
