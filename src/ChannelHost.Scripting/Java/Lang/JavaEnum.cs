namespace ChannelHost.Scripting.Java.Lang;

/// <summary>A value of an enumeration.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ordinal">Its place, from 0.</param>
internal sealed record JavaEnumValue(string Name, int Ordinal) : IComparable<JavaEnumValue>, IComparable
{
    /// <inheritdoc/>
    public int CompareTo(JavaEnumValue? other) => Ordinal.CompareTo(other?.Ordinal ?? -1);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => CompareTo(obj as JavaEnumValue);
}

/// <summary>Makes enumerations.</summary>
internal static class JavaEnum
{
    /// <summary>An enumeration of these values.</summary>
    public static JavaClass Define(string name, params string[] values)
    {
        var states = values.Select((value, ordinal) => new JavaEnumValue(value, ordinal)).ToArray();
        var type = new JavaClass(name)
            .Method<JavaEnumValue>("name", static (value, call) => call.Return(value.Name))
            .Method<JavaEnumValue>("ordinal", static (value, _) => value.Ordinal)
            .Method<JavaEnumValue>("toString", static (value, call) => call.Return(value.Name))
            .Method<JavaEnumValue>("compareTo", static (value, call) => value.CompareTo(call.Object<JavaEnumValue>(0)));
        foreach (var state in states)
        {
            type.Constant(state.Name, call => call.Java.Enum(type, state));
        }

        return type
            .Static("values", call => call.Java.Array(states.Select(state => call.Java.Enum(type, state))))
            .Static("valueOf", call => Array.Find(states, state => state.Name == call.Text(0)) is { } found
                ? call.Java.Enum(type, found)
                : throw call.Throw("java.lang.IllegalArgumentException", $"No enum constant {name}.{call.Text(0)}"));
    }
}
