using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Java.Numbers;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.UserClasses;
using ChannelHost.Scripting.Values;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Scope;

/// <summary>A map of the scope: <c>map.get('k')</c>, <c>map.put('k', v)</c> and also <c>map.k</c>. Methods win over keys of the same name.</summary>
internal sealed class MapObject : ObjectInstance
{
    private readonly ScriptRun _run;
    private readonly MapStore _store;

    // Objects keep their identity during the run, as scripts expect: what is changed inside them is written down at the end.
    private Dictionary<string, Kept>? _objects;

    public MapObject(ScriptRun run, MapStore store, ObjectInstance prototype)
        : base(run.Engine)
    {
        _run = run;
        _store = store;
        Prototype = prototype;
    }

    /// <summary>The run.</summary>
    public ScriptRun Run => _run;

    /// <summary>What stands behind it.</summary>
    public MapStore Store => _store;

    /// <summary>How many keys there are.</summary>
    public int Count => _store.Count;

    /// <summary>The keys.</summary>
    public IEnumerable<string> Keys => _store.Keys;

    /// <summary>Reads a value; false when the key is absent.</summary>
    public bool TryRead(string key, out JsValue value)
    {
        if (_objects is not null)
        {
            key = _store.KeyOf(key);
        }

        if (_objects is not null && _objects.TryGetValue(key, out var kept))
        {
            value = kept.Value;
            return true;
        }

        if (!_store.TryGet(key, out var plain))
        {
            value = JsValue.Undefined;
            return false;
        }

        value = _run.FromPlain(plain);
        if (_store.KeepsObjects && value is ObjectInstance)
        {
            (_objects ??= [])[_store.KeyOf(key)] = new Kept(value, IsPut: false);
        }

        return true;
    }

    /// <summary>Writes a value.</summary>
    public void Write(string key, JsValue value)
    {
        RefuseIfReadOnly(key);
        var plain = PlainValue.From(value, _run);
        if (plain is null && _store.RefusesNull)
        {
            var reason = $"{_store.Name} takes no null for '{key}': use {_store.Name}.remove('{key}').";
            throw _run.IsMirth ? _run.JavaError("java.lang.NullPointerException", reason) : _run.TypeError(reason);
        }

        _store.Put(key, plain);
        if (_store.KeepsObjects && IsKept(value, plain))
        {
            (_objects ??= [])[key] = new Kept(value, IsPut: true);
        }
        else
        {
            _objects?.Remove(key);
        }
    }

    /// <summary>Removes a key; false when it was absent.</summary>
    public bool Erase(string key)
    {
        RefuseIfReadOnly(key);
        _objects?.Remove(key);
        return _store.Remove(key);
    }

    /// <summary>Writes down what was changed inside objects.</summary>
    public void Finish()
    {
        if (_objects is null)
        {
            return;
        }

        foreach (var (key, (value, isPut)) in _objects)
        {
            // What was only looked at stays as it is: its plain form may say less than what stands there (a response, a number of a kind that scripts lack).
            if (isPut || (IsOpen(value) && HasChanged(key, value)))
            {
                _store.Put(key, PlainValue.From(value, _run));
            }
        }
    }

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver)
    {
        if (property is JsSymbol || MapMethods.Names.Contains(property.ToString()))
        {
            return base.Get(property, receiver);
        }

        return TryRead(property.ToString(), out var value) ? value : base.Get(property, receiver);
    }

    /// <inheritdoc/>
    public override bool Set(JsValue property, JsValue value, JsValue receiver)
    {
        if (property is JsSymbol)
        {
            return false;
        }

        var key = property.ToString();
        if (MapMethods.Names.Contains(key))
        {
            throw _run.TypeError($"{_store.Name}.{key} is a method: use {_store.Name}.put('{key}', ...).");
        }

        Write(key, value);
        return true;
    }

    /// <inheritdoc/>
    public override PropertyDescriptor GetOwnProperty(JsValue property) =>
        property is not JsSymbol && TryRead(property.ToString(), out var value)
            ? new PropertyDescriptor(value, PropertyFlag.ConfigurableEnumerableWritable)
            : PropertyDescriptor.Undefined;

    /// <inheritdoc/>
    public override bool HasProperty(JsValue property) =>
        property is not JsSymbol && _store.TryGet(property.ToString(), out _);

    /// <inheritdoc/>
    public override bool Delete(JsValue property)
    {
        if (property is not JsSymbol)
        {
            Erase(property.ToString());
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool DefineOwnProperty(JsValue property, PropertyDescriptor desc) =>
        desc.IsAccessorDescriptor() || property is JsSymbol ? false : Set(property, desc.Value ?? Undefined, this);

    /// <inheritdoc/>
    public override List<JsValue> GetOwnPropertyKeys(Types types = Types.String | Types.Symbol)
    {
        var keys = new List<JsValue>(_store.Count);
        if ((types & Types.String) != 0)
        {
            foreach (var key in _store.Keys)
            {
                keys.Add(key);
            }
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

    // Texts and numbers are the same whether kept or made anew; all else is what was put there, until the run ends.
    private bool IsKept(JsValue value, object? plain) =>
        plain is List<object?> or Dictionary<string, object?> or MarkupValue or DateValue || value is UserObject || (_run.IsMirth && value is TreeValue or TreeMember);

    // Java's texts, numbers and truth values cannot be changed.
    private static bool IsOpen(JsValue value) => value is not JavaString and not JavaObject { State: bool or int or long or double or float or short or sbyte or JavaDecimal };

    private bool HasChanged(string key, JsValue value) =>
        !_store.TryGet(key, out var plain) || !PlainEquality.AreSame(PlainValue.From(_run.FromPlain(plain), _run), PlainValue.From(value, _run));

    private void RefuseIfReadOnly(string key)
    {
        if (_store.ReadOnlyReason is { } reason)
        {
            var text = $"{_store.Name} cannot be changed ('{key}'): {reason}.";
            throw _run.IsMirth ? _run.JavaError("java.lang.UnsupportedOperationException", text) : _run.TypeError(text);
        }
    }

    private readonly record struct Kept(JsValue Value, bool IsPut);
}
