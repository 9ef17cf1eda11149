using System.Globalization;

namespace ChannelHost.Connectors.Database;

/// <summary>The values that a statement of a source finds where there is no message: the row's, then the maps that all messages share, then <c>date:FORMAT</c> (now, UTC).</summary>
internal static class SharedValues
{
    /// <exception cref="FormatException">Nothing has one of the names.</exception>
    public static object?[] Find(SqlTemplate statement, TakenRow? row, ScriptEnvironment environment)
    {
        var values = new object?[statement.Names.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var name = statement.Names[i];
            if (row?.TryFind(name, out values[i]) != true && !TryFind(name, environment, out values[i]))
            {
                throw new FormatException($"${{{name}}} has no value: no column of the row and no entry of globalChannelMap, globalMap or configurationMap is called so");
            }
        }

        return values;
    }

    private static bool TryFind(string name, ScriptEnvironment environment, out object? value)
    {
        if (environment.GlobalChannelMap.TryGet(name, out value) || environment.GlobalMap.TryGet(name, out value))
        {
            value = value is null or string or double or bool or byte[] ? value : Convert.ToString(value, CultureInfo.InvariantCulture);
            return true;
        }

        if (environment.ConfigurationMap.TryGetValue(name, out var setting))
        {
            value = setting;
            return true;
        }

        value = name.StartsWith("date:", StringComparison.Ordinal) ? environment.Time.GetUtcNow().ToString(name[5..].Trim(), CultureInfo.InvariantCulture) : null;
        return value is not null;
    }
}
