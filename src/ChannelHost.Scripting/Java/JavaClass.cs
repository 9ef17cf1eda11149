using Jint.Native;

namespace ChannelHost.Scripting.Java;

/// <summary>
/// A Java class that scripts can use: names and what stands behind them, made once for the whole host. Its objects keep their state in .NET, which scripts
/// never see: there is no way from here to a .NET type or member.
/// </summary>
internal sealed class JavaClass
{
    private readonly Dictionary<string, JavaMember> _methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JavaMember> _statics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<JavaCall, JsValue>> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly JavaClass[] _parents;

    /// <param name="name">The full name: <c>java.util.Map$Entry</c> for a nested class.</param>
    /// <param name="parents">The class it extends, then interfaces.</param>
    public JavaClass(string name, params JavaClass[] parents)
    {
        Name = name;
        _parents = parents.Length == 0 && name != "java.lang.Object" ? [Lang.ObjectClass.Class] : parents;
    }

    /// <summary>The full name, as <c>getClass().getName()</c> gives it.</summary>
    public string Name { get; }

    /// <summary>The last part of the name.</summary>
    public string SimpleName => Name[(Name.LastIndexOfAny(['.', '$']) + 1)..];

    /// <summary>Makes the state of a new object, or the object itself; null when it has no constructor.</summary>
    public Func<JavaCall, object>? Constructor { get; private set; }

    /// <summary>For an interface: the one method that a script's function stands for; null for a class.</summary>
    public string? FunctionalMethod { get; private set; }

    /// <summary>What scripts must declare before they can use it; null for nothing.</summary>
    public JavaNeed? Need { get; private set; }

    /// <summary>What it extends.</summary>
    public JavaClass? Parent => _parents.Length == 0 ? null : _parents[0];

    /// <summary>The names of all instance methods, its parents' too.</summary>
    public IEnumerable<string> MethodNames => _methods.Keys.Concat(_parents.SelectMany(parent => parent.MethodNames));

    /// <summary>The names of static methods and constants.</summary>
    public IEnumerable<string> StaticNames => _statics.Keys.Concat(_constants.Keys).Concat(_parents.SelectMany(parent => parent.StaticNames));

    /// <summary>Says how objects are made.</summary>
    public JavaClass New(Func<JavaCall, object> constructor)
    {
        Constructor = constructor;
        return this;
    }

    /// <summary>Adds a method.</summary>
    public JavaClass Method(string name, Func<JavaCall, JsValue> body)
    {
        _methods[name] = new JavaMember(name, body);
        return this;
    }

    /// <summary>Adds a method that works on the object's state.</summary>
    public JavaClass Method<T>(string name, Func<T, JavaCall, JsValue> body)
        where T : notnull => Method(name, call => body(call.State<T>(), call));

    /// <summary>Adds a method that gives nothing back.</summary>
    public JavaClass Void<T>(string name, Action<T, JavaCall> body)
        where T : notnull => Method(name, call =>
        {
            body(call.State<T>(), call);
            return JsValue.Undefined;
        });

    /// <summary>Adds a method that gives its own object back, so that calls can be chained.</summary>
    public JavaClass Chain<T>(string name, Action<T, JavaCall> body)
        where T : notnull => Method(name, call =>
        {
            body(call.State<T>(), call);
            return call.Self;
        });

    /// <summary>Adds a static method.</summary>
    public JavaClass Static(string name, Func<JavaCall, JsValue> body)
    {
        _statics[name] = new JavaMember(name, body);
        return this;
    }

    /// <summary>Adds a constant.</summary>
    public JavaClass Constant(string name, JsValue value) => Constant(name, _ => value);

    /// <summary>Adds a constant that is an object of a run.</summary>
    public JavaClass Constant(string name, Func<JavaCall, JsValue> make)
    {
        _constants[name] = make;
        return this;
    }

    /// <summary>Makes it an interface that a function, or an object with that method, can stand for.</summary>
    public JavaClass Functional(string method)
    {
        FunctionalMethod = method;
        return Method(method, call => call.Java.CallAdapter(call.State<JsValue>(), method, call.Arguments));
    }

    /// <summary>Adds a method or static method that only says what there is instead.</summary>
    public JavaClass Refuse(string name, string advice)
    {
        _refused[name] = advice;
        Static(name, call => throw call.Throw("java.lang.UnsupportedOperationException", $"{SimpleName}.{name} is not available here: {advice}"));
        return Method(name, _statics[name].Body);
    }

    /// <summary>Why a member is refused; null when it is not.</summary>
    public string? Refused(string name) => Find(name, static type => type._refused);

    /// <summary>Says what must be declared before it is of use.</summary>
    public JavaClass Needs(JavaNeed need)
    {
        Need = need;
        return this;
    }

    /// <summary>Finds a method, its own or a parent's.</summary>
    public JavaMember? FindMethod(string name) => Find(name, static type => type._methods);

    /// <summary>Finds a static method, its own or a parent's.</summary>
    public JavaMember? FindStatic(string name) => Find(name, static type => type._statics);

    /// <summary>Finds a constant, its own or a parent's.</summary>
    public Func<JavaCall, JsValue>? FindConstant(string name) => Find(name, static type => type._constants);

    /// <summary>True when it is that class or extends it.</summary>
    public bool Is(JavaClass other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        foreach (var parent in _parents)
        {
            if (parent.Is(other))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private T? Find<T>(string name, Func<JavaClass, Dictionary<string, T>> table)
        where T : class
    {
        if (table(this).TryGetValue(name, out var own))
        {
            return own;
        }

        foreach (var parent in _parents)
        {
            if (parent.Find(name, table) is { } inherited)
            {
                return inherited;
            }
        }

        return null;
    }
}

/// <summary>What a class reaches outside the host.</summary>
internal enum JavaNeed
{
    /// <summary>A declared folder.</summary>
    Folder,

    /// <summary>A declared host.</summary>
    Host,

    /// <summary>A declared database.</summary>
    Database,
}
