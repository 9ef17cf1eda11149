using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>One call of a function of a user class: who called, with what, and how the answer is said.</summary>
/// <param name="run">The run.</param>
/// <param name="self">The object it was called on.</param>
/// <param name="name">The function as scripts know it (<c>DateUtil.getCurrentDate</c>), for errors.</param>
/// <param name="arguments">The arguments.</param>
internal readonly struct UserCall(ScriptRun run, JsValue self, string name, JsValue[] arguments)
{
    /// <summary>The run.</summary>
    public ScriptRun Run => run;

    /// <summary>The object it was called on.</summary>
    public JsValue Self => self;

    /// <summary>The function as scripts know it.</summary>
    public string Name => name;

    /// <summary>How many arguments there are.</summary>
    public int Count => arguments.Length;

    /// <summary>An argument; undefined where there is none.</summary>
    public JsValue this[int index] => index < arguments.Length ? arguments[index] : JsValue.Undefined;

    /// <summary>True when an argument is there and is neither null nor undefined.</summary>
    public bool Has(int index) => !this[index].IsNothing();

    /// <summary>An argument that must be there, as text.</summary>
    public string Text(int index) => Has(index) ? TreeText.Of(this[index]) : throw Error($"needs {Place(index)}.");

    /// <summary>An argument as text; null where there is none.</summary>
    public string? TextOrNull(int index) => Has(index) ? TreeText.Of(this[index]) : null;

    /// <summary>An argument as a whole number.</summary>
    public int Number(int index) => Has(index) ? TypeConverter.ToInt32(this[index]) : throw Error($"needs {Place(index)}, a number.");

    /// <summary>An argument as a yes or no; what is left out is no.</summary>
    public bool Flag(int index) => PlainValue.From(this[index], run) is true or double and not 0;

    /// <summary>An argument as bytes: those of an array, or the text in UTF-8.</summary>
    public byte[] Bytes(int index) => Has(index) ? HostBytes.Of(this[index], run) : throw Error($"needs {Place(index)}.");

    /// <summary>True when an argument is an array of bytes.</summary>
    public bool IsBytes(int index) => this[index] is ObjectInstance and not TreeValue && PlainValue.From(this[index], run) is byte[];

    /// <summary>The state of an argument that is an object of a user class; null when it is something else.</summary>
    public T? State<T>(int index)
        where T : class => (this[index] as UserObject)?.State as T;

    /// <summary>An error that the script may catch.</summary>
    public JavaScriptException Error(string message) => run.Error($"{name} {message}");

    /// <summary>An error as Java throws it.</summary>
    public JavaScriptException Throw(string exceptionClass, string message) => run.JavaError(exceptionClass, message);

    private static string Place(int index) => index switch { 0 => "a first argument", 1 => "a second argument", 2 => "a third argument", _ => $"{index + 1} arguments" };
}
