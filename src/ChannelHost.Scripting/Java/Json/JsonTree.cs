namespace ChannelHost.Scripting.Java.Json;

/// <summary>
/// A JSON object of <c>org.json</c> or Gson, members in the order in which they were put. Values are string, bool, int, long, BigInteger, double,
/// <see cref="Numbers.JavaDecimal"/>, <see cref="JsonNumber"/>, <see cref="JsonMap"/>, <see cref="JsonItems"/>, <see cref="JsonNothing"/> or another Java object.
/// </summary>
internal sealed class JsonMap
{
    /// <summary>The members.</summary>
    public OrderedDictionary<string, object> Members { get; } = new(StringComparer.Ordinal);
}

/// <summary>A JSON array; values as of <see cref="JsonMap"/>.</summary>
internal sealed class JsonItems
{
    /// <summary>The elements.</summary>
    public List<object> Items { get; } = [];
}

/// <summary>JSON's null, which is a value: a member that holds it is there.</summary>
internal sealed class JsonNothing
{
    /// <summary>The only one.</summary>
    public static readonly JsonNothing Value = new();

    private JsonNothing()
    {
    }
}

/// <summary>A number as it was written: Gson keeps <c>1.0</c> apart from <c>1</c>.</summary>
/// <param name="Text">Its text.</param>
internal sealed record JsonNumber(string Text);

/// <summary>A text that is no JSON, or a value that is of another kind than was asked for.</summary>
internal sealed class JsonFaultException(string message, bool isGson = false) : Exception(message)
{
    /// <summary>What Java would throw.</summary>
    public string JavaName => isGson ? "com.google.gson.JsonSyntaxException" : "org.json.JSONException";
}
