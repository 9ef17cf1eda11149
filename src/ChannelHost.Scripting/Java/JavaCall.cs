using System.Numerics;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Java;

/// <summary>A call of a Java method by a script: whose, with what, and how to answer.</summary>
internal readonly struct JavaCall(JavaSession java, JavaClass type, JsValue self, JsValue[] arguments)
{
    /// <summary>What belongs to the run.</summary>
    public JavaSession Java => java;

    /// <summary>The run.</summary>
    public ScriptRun Run => java.Run;

    /// <summary>The class that the call was made on.</summary>
    public JavaClass Type => type;

    /// <summary>The object that the call was made on.</summary>
    public JsValue Self => self;

    /// <summary>The class of that object: a method that a class inherits gives objects of the class it was called on.</summary>
    public JavaClass SelfType => (self as JavaObject)?.JavaType ?? type;

    /// <summary>The arguments.</summary>
    public JsValue[] Arguments => arguments;

    /// <summary>How many arguments there are.</summary>
    public int Count => arguments.Length;

    /// <summary>An argument, or undefined.</summary>
    public JsValue this[int index] => index < arguments.Length ? arguments[index] : JsValue.Undefined;

    /// <summary>True when there is such an argument and it is not null.</summary>
    public bool Has(int index) => index < arguments.Length && !arguments[index].IsNothing();

    /// <summary>The state of the object that the call was made on.</summary>
    public T State<T>()
        where T : notnull =>
        self is JavaObject { State: T state } ? state
        : self is T value ? value
        : throw java.Run.TypeError($"A method of {type.Name} was called on something else.");

    /// <summary>A text; null is an error.</summary>
    public string Text(int index) => Has(index) ? JavaText.Of(arguments[index]) : throw NoValue(index);

    /// <summary>A text, or null.</summary>
    public string? TextOrNull(int index) => Has(index) ? JavaText.Of(arguments[index]) : null;

    /// <summary>Any value as Java shows it.</summary>
    public string Shown(int index) => java.Show(this[index]);

    /// <summary>A whole number.</summary>
    public int Int(int index) => Has(index) ? TypeConverter.ToInt32(arguments[index]) : throw NoValue(index);

    /// <summary>A whole number, or another where none is given.</summary>
    public int Int(int index, int otherwise) => Has(index) ? TypeConverter.ToInt32(arguments[index]) : otherwise;

    /// <summary>A long whole number. A large one keeps its digits when it is a Java object.</summary>
    public long Long(int index) => this[index] switch
    {
        JavaObject { State: long value } => value,
        JavaObject { State: BigInteger value } => (long)(value & ulong.MaxValue),
        _ when Has(index) => ToLong(TypeConverter.ToNumber(arguments[index])),
        _ => throw NoValue(index),
    };

    /// <summary>A number.</summary>
    public double Number(int index) => Has(index) ? TypeConverter.ToNumber(arguments[index]) : throw NoValue(index);

    /// <summary>A truth value; a Java <c>false</c> is false.</summary>
    public bool Flag(int index) => this[index] is JavaObject { State: bool flag } ? flag : TypeConverter.ToBoolean(this[index]);

    /// <summary>Bytes: a Java or typed array, or a list of numbers.</summary>
    public byte[] Bytes(int index) =>
        JavaValues.BytesOf(this[index]) ?? throw java.Throw("java.lang.IllegalArgumentException", $"{type.SimpleName} needs bytes as argument {index + 1}.");

    /// <summary>The state of an argument that must be an object of a kind.</summary>
    public T Object<T>(int index)
        where T : notnull =>
        this[index] is JavaObject { State: T state } ? state
        : throw java.Throw("java.lang.IllegalArgumentException", $"{type.SimpleName} cannot take {Kind(this[index])} as argument {index + 1}.");

    /// <summary>The elements of a list, a set, an array or a script's array.</summary>
    public IEnumerable<JsValue> Items(int index) =>
        JavaValues.ItemsOf(this[index]) ?? throw java.Throw("java.lang.IllegalArgumentException", $"{type.SimpleName} needs a list or an array as argument {index + 1}.");

    /// <summary>The arguments from one on: an array that is the only one of them counts as its elements.</summary>
    public IReadOnlyList<JsValue> Rest(int from)
    {
        if (arguments.Length == from + 1 && JavaValues.ArrayOf(arguments[from]) is { } elements)
        {
            return elements;
        }

        return from >= arguments.Length ? [] : arguments[from..];
    }

    /// <summary>A text as scripts get it from Java.</summary>
    public JsValue Return(string? text) => java.Text(text);

    /// <summary>A value as scripts get it from Java.</summary>
    public JsValue Return(JsValue value) => java.Out(value);

    /// <summary>Bytes as scripts get them from Java.</summary>
    public JsValue Return(byte[] bytes) => java.Array(bytes);

    /// <summary>A new object.</summary>
    public JsValue New(JavaClass of, object state) => new JavaObject(java, of, state);

    /// <summary>A Java exception that the script may catch.</summary>
    public JavaScriptException Throw(string exception, string? message) => java.Throw(exception, message);

    /// <summary>What an argument is, for errors.</summary>
    public static string Kind(JsValue value) => value switch
    {
        JavaObject other => other.JavaType.Name,
        JsNull or JsUndefined => "nothing",
        JsString => "a text",
        JsNumber => "a number",
        JsArray => "an array",
        _ => "such a value",
    };

    private JavaScriptException NoValue(int index) =>
        java.Throw("java.lang.NullPointerException", $"{type.SimpleName} got nothing as argument {index + 1}.");

    // As Java narrows: what is too large ends at the limit, and no number is 0.
    private static long ToLong(double number) => double.IsNaN(number) ? 0 : number >= 9.2233720368547758E18 ? long.MaxValue : number <= -9.2233720368547758E18 ? long.MinValue : (long)number;
}
