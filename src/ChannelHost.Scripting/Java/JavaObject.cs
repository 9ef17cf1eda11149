using System.Globalization;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Java;

/// <summary>
/// An object of a Java class: methods by name, <c>getName()</c> also as <c>name</c>, elements of lists and arrays by index, entries of maps by key.
/// A name that its class does not have is an error, because a misspelt method that quietly gives nothing is worse.
/// </summary>
internal class JavaObject : ObjectInstance, IPlainSource
{
    public JavaObject(JavaSession java, JavaClass type, object state)
        : base(java.Run.Engine)
    {
        Java = java;
        JavaType = type;
        State = state;
        Prototype = java.Run.Engine.Intrinsics.Object.PrototypeObject;
    }

    /// <summary>What belongs to the run.</summary>
    public JavaSession Java { get; }

    /// <summary>Its class.</summary>
    public JavaClass JavaType { get; }

    /// <summary>What its methods work on; never seen by scripts.</summary>
    public object State { get; set; }

    /// <summary>Its <c>toString()</c>.</summary>
    public virtual string ToText() =>
        JavaText.Of(JavaType.FindMethod("toString")!.Body(new JavaCall(Java, JavaType, this, [])));

    /// <inheritdoc/>
    public object? ToPlain(ScriptRun run) => JavaValues.ToPlain(this);

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver)
    {
        if (property is JsSymbol)
        {
            return Java.SymbolOf(this, property) ?? base.Get(property, receiver);
        }

        if (TryItem(property, out var item))
        {
            return item;
        }

        var name = property.ToString();
        if (JavaType.FindMethod(name) is { } method)
        {
            return Java.Function(JavaType, method);
        }

        if (name == "toJSON")
        {
            return Java.ToJson;
        }

        return GetBean(name) ?? GetStatic(name) ?? GetOther(name, property, receiver);
    }

    /// <inheritdoc/>
    public override bool Set(JsValue property, JsValue value, JsValue receiver)
    {
        if (property is JsSymbol)
        {
            return false;
        }

        switch (State)
        {
            case IJavaIndexed indexed when TryIndex(property, out var index):
                indexed.Set(index, value);
                return true;
            case JavaMap map:
                map.Put(property, value);
                return true;
        }

        var name = property.ToString();
        if (JavaType.FindMethod("set" + Capital(name)) is { } setter)
        {
            setter.Body(new JavaCall(Java, JavaType, this, [value]));
            return true;
        }

        throw Java.Run.TypeError($"{JavaType.Name} has no property '{name}' that can be set.");
    }

    /// <inheritdoc/>
    public override bool HasProperty(JsValue property) =>
        property is JsSymbol
            ? Java.SymbolOf(this, property) is not null
            : TryItem(property, out _) || JavaType.FindMethod(property.ToString()) is not null;

    /// <inheritdoc/>
    public override PropertyDescriptor GetOwnProperty(JsValue property) =>
        property is not JsSymbol && TryItem(property, out var item)
            ? new PropertyDescriptor(item, PropertyFlag.ConfigurableEnumerableWritable)
            : PropertyDescriptor.Undefined;

    /// <inheritdoc/>
    public override bool Delete(JsValue property)
    {
        if (State is JavaMap map && property is not JsSymbol)
        {
            map.Remove(property, out _);
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool DefineOwnProperty(JsValue property, PropertyDescriptor desc) =>
        !desc.IsAccessorDescriptor() && Set(property, desc.Value ?? Undefined, this);

    /// <summary>The indexes of a list or array, the keys of a map: what <c>for (k in object)</c> walks.</summary>
    public override List<JsValue> GetOwnPropertyKeys(Types types = Types.String | Types.Symbol)
    {
        var keys = new List<JsValue>();
        if ((types & Types.String) == 0)
        {
            return keys;
        }

        switch (State)
        {
            case IJavaIndexed indexed:
                for (var i = 0; i < indexed.Count; i++)
                {
                    keys.Add(i.ToString(CultureInfo.InvariantCulture));
                }

                break;
            case JavaMap map:
                foreach (var key in map.Entries.Keys)
                {
                    keys.Add(Java.Show(key));
                }

                break;
            case JavaSet set:
                for (var i = 0; i < set.Count; i++)
                {
                    keys.Add(i.ToString(CultureInfo.InvariantCulture));
                }

                break;
        }

        return keys;
    }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<JsValue, PropertyDescriptor>> GetOwnProperties()
    {
        foreach (var key in GetOwnPropertyKeys(Types.String))
        {
            yield return new KeyValuePair<JsValue, PropertyDescriptor>(key, GetOwnProperty(key));
        }
    }

    /// <inheritdoc/>
    public override bool PreventExtensions() => false;

    /// <inheritdoc/>
    public override string ToString() => ToText();

    /// <summary>What a name means that the class does not have.</summary>
    protected virtual JsValue GetOther(string name, JsValue property, JsValue receiver)
    {
        var inherited = base.Get(property, receiver);

        // A place past the end is undefined, as in the reference.
        if (!inherited.IsUndefined() || State is JavaMap || (State is IJavaIndexed && TryIndex(property, out _)) || name is "then" or "length" or "message" or "name" or "stack" or "constructor")
        {
            return inherited;
        }

        throw Java.Run.TypeError($"{JavaType.Name} has no method or property '{name}' here.");
    }

    private bool TryItem(JsValue property, out JsValue item)
    {
        switch (State)
        {
            case IJavaIndexed indexed:
                if (TryIndex(property, out var index))
                {
                    item = index < indexed.Count ? Java.Out(indexed.At(index)) : Undefined;
                    return index < indexed.Count;
                }

                if (property is JsString && property.ToString() == "length")
                {
                    item = indexed.Count;
                    return true;
                }

                break;
            case JavaMap map when property is JsString && JavaType.FindMethod(property.ToString()) is null && map.TryGet(property, out var value):
                item = Java.Out(value);
                return true;
            case JavaMap map when property is JsNumber && map.TryGet(property, out var value):
                item = Java.Out(value);
                return true;
            case JavaSet set when TryIndex(property, out var place) && place < set.Count:
                item = Java.Out(set.Items.ElementAt(place));
                return true;
        }

        item = Undefined;
        return false;
    }

    private JsValue? GetBean(string name)
    {
        if (name.Length == 0 || !char.IsAsciiLetterLower(name[0]))
        {
            return null;
        }

        var capital = Capital(name);
        var getter = JavaType.FindMethod("get" + capital) ?? JavaType.FindMethod("is" + capital);
        return getter?.Body(new JavaCall(Java, JavaType, this, []));
    }

    private JsValue? GetStatic(string name) =>
        JavaType.FindStatic(name) is { } method ? Java.Function(JavaType, method) : JavaType.FindConstant(name)?.Invoke(new JavaCall(Java, JavaType, this, []));

    private static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    private static bool TryIndex(JsValue property, out int index)
    {
        if (property is JsNumber number)
        {
            var value = number.AsNumber();
            index = (int)value;
            return index >= 0 && index == value;
        }

        index = 0;
        return property is JsString
            && property.ToString() is { Length: > 0 and < 10 } text
            && char.IsAsciiDigit(text[0])
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}

/// <summary>The state of a Java object whose elements scripts read and write by index.</summary>
internal interface IJavaIndexed
{
    /// <summary>How many elements.</summary>
    int Count { get; }

    /// <summary>An element.</summary>
    JsValue At(int index);

    /// <summary>Replaces an element.</summary>
    void Set(int index, JsValue value);
}
