using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Patterns;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.UserClasses;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Java;

/// <summary>What Java is in one run: the functions, classes and packages that its scripts asked for so far, and how values pass to and fro.</summary>
internal sealed class JavaSession
{
    private readonly Dictionary<JavaMember, ClrFunction> _functions = [];
    private readonly Dictionary<JavaClass, JavaClassValue> _classes = [];
    private readonly Dictionary<string, JavaPackage> _packages = new(StringComparer.Ordinal);
    private readonly Dictionary<object, JavaObject> _singles = new(ReferenceEqualityComparer.Instance);
    private ClrFunction? _toPrimitive;
    private ClrFunction? _toJson;
    private ClrFunction? _iterator;
    private ObjectInstance? _stringPrototype;
    private JavaPatterns? _patterns;
    private Net.HttpGate? _http;

    public JavaSession(ScriptRun run)
    {
        Run = run;
        IsMirth = run.Environment.Compatibility == Compatibility.Mirth;
        Equality = new JavaEquality(run);
    }

    /// <summary>The run.</summary>
    public ScriptRun Run { get; }

    /// <summary>True when texts and numbers come out of Java as Java's own objects, as in the reference.</summary>
    public bool IsMirth { get; }

    /// <summary>When two values are the same key or element.</summary>
    public JavaEquality Equality { get; }

    /// <summary>What Java texts inherit from.</summary>
    public ObjectInstance StringPrototype => _stringPrototype ??= (ObjectInstance)((ObjectInstance)Run.Engine.Global.Get("String")).Get("prototype");

    /// <summary>The regular expressions of the run.</summary>
    public JavaPatterns Patterns => _patterns ??= new JavaPatterns(Run);

    /// <summary>The way to other hosts.</summary>
    public Net.HttpGate Http => _http ??= new Net.HttpGate(Run);

    /// <summary><c>toJSON</c> of all Java objects.</summary>
    public JsValue ToJson => _toJson ??= new ClrFunction(Run.Engine, "toJSON", (self, _) => JavaJson.Of(self));

    /// <summary>A method as a function of the engine; always the same one in a run.</summary>
    public JsValue Function(JavaClass type, JavaMember method)
    {
        if (!_functions.TryGetValue(method, out var function))
        {
            function = new ClrFunction(Run.Engine, method.Name, (self, arguments) => Invoke(type, method.Body, self, arguments));
            _functions.Add(method, function);
        }

        return function;
    }

    /// <summary>Calls a method; what .NET refuses becomes the exception that Java would throw.</summary>
    public JsValue Invoke(JavaClass type, Func<JavaCall, JsValue> body, JsValue self, JsValue[] arguments)
    {
        try
        {
            return body(new JavaCall(this, type, self, arguments));
        }
        catch (Exception exception) when (Exceptions.NameOf(exception) is { } name)
        {
            throw Throw(name, exception.Message);
        }
    }

    /// <summary>A class as scripts see it.</summary>
    public JavaClassValue Class(JavaClass type)
    {
        if (!_classes.TryGetValue(type, out var value))
        {
            value = new JavaClassValue(this, type);
            _classes.Add(type, value);
        }

        return value;
    }

    /// <summary>What a full name stands for: a class, a package, or something that says that it is missing when it is used.</summary>
    public JsValue Resolve(string name)
    {
        if (JavaClasses.Find(name) is { } type)
        {
            return Class(type);
        }

        if (UserClassNames.Find(Run, name) is { } own)
        {
            return own;
        }

        if (!_packages.TryGetValue(name, out var package))
        {
            package = new JavaPackage(this, name);
            _packages.Add(name, package);
        }

        return JavaPackage.LooksLikeClass(name) ? new JavaMissingClass(this, name) : package;
    }

    /// <summary>A text as scripts get it from Java methods.</summary>
    public JsValue Text(string? text) => text is null ? JsValue.Null : IsMirth ? new JavaString(this, text) : text;

    /// <summary>A value that was kept in a Java collection, as scripts get it.</summary>
    public JsValue Out(JsValue value)
    {
        if (!IsMirth)
        {
            return value.IsUndefined() ? JsValue.Null : value;
        }

        return value switch
        {
            JsString text => new JavaString(this, text.ToString()),
            JsNumber number => new JavaObject(this, NumberClasses.Double, number.AsNumber()),
            JsBoolean flag => new JavaObject(this, BooleanClass.Class, flag.AsBoolean()),
            JsUndefined => new JavaString(this, "undefined"),
            _ => value,
        };
    }

    /// <summary>A boxed number or truth value that a method gives back: plain by default, an object as in the reference.</summary>
    public JsValue Box(JavaClass type, object value) => IsMirth ? new JavaObject(this, type, value) : JavaValues.Primitive(value);

    /// <summary>A value as Java shows it: <c>String.valueOf</c>.</summary>
    public string Show(JsValue value) => value switch
    {
        JsNull => "null",
        JsUndefined => IsMirth ? "undefined" : "null",
        JsNumber number when IsMirth => JavaText.Of(number.AsNumber()),
        JsNumber number => TypeConverter.ToString(number),
        _ => JavaText.Of(value),
    };

    /// <summary>A byte array.</summary>
    public JavaObject Array(byte[] bytes) => new(this, ArrayClasses.Bytes, new JavaBytes(this, bytes));

    /// <summary>An array of objects.</summary>
    public JavaObject Array(IEnumerable<JsValue> items, JavaClass? type = null) =>
        new(this, type ?? ArrayClasses.Objects, new JavaList([.. items]) { IsFixed = true });

    /// <summary>An array of texts.</summary>
    public JavaObject Array(IEnumerable<string> items) => Array(items.Select(item => (JsValue)item), ArrayClasses.Strings);

    /// <summary>The Java exception that a script may catch: an <c>Error</c> with <c>javaException</c>.</summary>
    public JavaScriptException Throw(string exception, string? message, JsValue? cause = null)
    {
        var type = Exceptions.Find(exception) ?? Exceptions.RuntimeException;
        var state = new JavaFailure(message, cause ?? JsValue.Null);
        var error = Run.Error(message is null ? exception : $"{exception}: {message}");
        if (error.Error is ObjectInstance thrown)
        {
            thrown.Set("name", "JavaException");
            thrown.Set("javaException", new JavaObject(this, type, state));
        }

        return error;
    }

    /// <summary>Calls what stands for an interface: a function, an object with that method, or a Java object.</summary>
    public JsValue CallAdapter(JsValue target, string method, params JsValue[] arguments)
    {
        Run.Limits.Check();
        if (target is JavaObject { State: JsValue inner })
        {
            target = inner;
        }

        if (target.IsCallable())
        {
            return Run.Engine.Call(target, JsValue.Undefined, arguments);
        }

        if (target is ObjectInstance other && other.Get(method) is var function && function.IsCallable())
        {
            return Run.Engine.Call(function, other, arguments);
        }

        throw Throw("java.lang.UnsupportedOperationException", $"There is no function '{method}'.");
    }

    /// <summary>Compares two values as <c>compareTo</c> does, or as a comparator says.</summary>
    public int Compare(JsValue left, JsValue right, JsValue? comparator = null)
    {
        if (comparator is not null && !comparator.IsNothing())
        {
            var order = TypeConverter.ToNumber(CallAdapter(comparator, "compare", Out(left), Out(right)));
            return order < 0 ? -1 : order > 0 ? 1 : 0;
        }

        if (JavaText.Is(left, out var first) && JavaText.Is(right, out var second))
        {
            return string.CompareOrdinal(first, second);
        }

        if (left is JavaObject { State: IComparable comparable } && right is JavaObject { State: var other } && comparable.GetType() == other.GetType())
        {
            return comparable.CompareTo(other);
        }

        if (left.IsNothing() || right.IsNothing())
        {
            throw Throw("java.lang.NullPointerException", "Nothing cannot be compared.");
        }

        return TypeConverter.ToNumber(left).CompareTo(TypeConverter.ToNumber(right));
    }

    /// <summary>What the language asks of objects by symbols: their primitive value, their elements one by one. Null for nothing.</summary>
    public JsValue? SymbolOf(JavaObject owner, JsValue symbol)
    {
        if (ReferenceEquals(symbol, GlobalSymbolRegistry.ToPrimitive))
        {
            return _toPrimitive ??= new ClrFunction(Run.Engine, "[Symbol.toPrimitive]", (self, hint) => ToPrimitive((JavaObject)self, hint));
        }

        if (ReferenceEquals(symbol, GlobalSymbolRegistry.Iterator) && JavaValues.ItemsOf(owner) is not null)
        {
            return _iterator ??= new ClrFunction(Run.Engine, "[Symbol.iterator]", (self, _) => Iterate(self));
        }

        return null;
    }

    /// <summary>A value of an enumeration: always the same object in a run, so that <c>===</c> works.</summary>
    public JsValue Enum(JavaClass type, JavaEnumValue value) => Single(type, value);

    /// <summary>The object of a state that is there once: always the same one in a run.</summary>
    public JsValue Single(JavaClass type, object state)
    {
        if (!_singles.TryGetValue(state, out var known))
        {
            known = new JavaObject(this, type, state);
            _singles.Add(state, known);
        }

        return known;
    }

    /// <summary>The next chance from 0 to below 1; fixed in golden cases.</summary>
    public double NextRandom() => Run.Environment.Random?.NextDouble() ?? Random.Shared.NextDouble();

    /// <summary>Joins values as Java's collections show themselves.</summary>
    public string Join(IEnumerable<JsValue> items, JsValue owner)
    {
        Run.Limits.Check();
        var text = new StringBuilder("[");
        foreach (var item in items)
        {
            if (text.Length > 1)
            {
                text.Append(", ");
            }

            text.Append(ReferenceEquals(item, owner) ? "(this Collection)" : Show(item));
            Run.Limits.CheckLength(text.Length);
        }

        return text.Append(']').ToString();
    }

    private static JsValue ToPrimitive(JavaObject self, JsValue[] hint)
    {
        var wantsText = hint.Length > 0 && hint[0] is JsString && hint[0].ToString() == "string";
        if (!wantsText)
        {
            switch (self.State)
            {
                case bool flag:
                    return flag;
                case JavaDate date when hint.Length > 0 && hint[0].ToString() == "number":
                    return date.Millis;
                case int or long or double or float or short or sbyte:
                    return Convert.ToDouble(self.State, CultureInfo.InvariantCulture);
                case Numbers.JavaDecimal or System.Numerics.BigInteger when hint.Length > 0:
                    return double.Parse(self.ToText(), CultureInfo.InvariantCulture);
            }
        }

        return self.ToText();
    }

    // The elements as they are when the loop begins.
    private JsValue Iterate(JsValue self)
    {
        var array = new JsArray(Run.Engine, [.. JavaValues.ItemsOf(self)!.Select(Out)]);
        return array.Get(GlobalSymbolRegistry.Iterator).Call(array, []);
    }
}
