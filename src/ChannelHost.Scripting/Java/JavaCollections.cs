using Jint.Native;

namespace ChannelHost.Scripting.Java;

/// <summary>The state of lists, and of arrays of objects.</summary>
internal sealed class JavaList(List<JsValue> items) : IJavaIndexed
{
    /// <summary>The elements.</summary>
    public List<JsValue> Items { get; } = items;

    /// <summary>True for an array, or a list that cannot grow.</summary>
    public bool IsFixed { get; init; }

    /// <summary>True when nothing may be changed.</summary>
    public bool IsReadOnly { get; init; }

    /// <inheritdoc/>
    public int Count => Items.Count;

    /// <inheritdoc/>
    public JsValue At(int index) => Items[index];

    /// <inheritdoc/>
    public void Set(int index, JsValue value)
    {
        RefuseIfReadOnly();
        Items[index] = value;
    }

    /// <summary>The elements, to add or remove some.</summary>
    public List<JsValue> Changing()
    {
        RefuseIfReadOnly();
        return IsFixed ? throw new NotSupportedException("This list cannot grow or shrink: copy it with new java.util.ArrayList(list).") : Items;
    }

    /// <summary>The elements, to replace or order them.</summary>
    public List<JsValue> Replacing()
    {
        RefuseIfReadOnly();
        return Items;
    }

    private void RefuseIfReadOnly()
    {
        if (IsReadOnly)
        {
            throw new NotSupportedException("This list cannot be changed: copy it with new java.util.ArrayList(list).");
        }
    }
}

/// <summary>The state of a byte array: its elements are signed, as in Java.</summary>
internal sealed class JavaBytes(JavaSession java, byte[] bytes) : IJavaIndexed
{
    /// <summary>The bytes.</summary>
    public byte[] Bytes { get; } = bytes;

    /// <inheritdoc/>
    public int Count => Bytes.Length;

    /// <inheritdoc/>
    public JsValue At(int index) => java.Box(Lang.NumberClasses.Byte, (sbyte)Bytes[index]);

    /// <inheritdoc/>
    public void Set(int index, JsValue value) => Bytes[index] = unchecked((byte)Jint.Runtime.TypeConverter.ToInt32(value));
}

/// <summary>The state of maps. Those without an order of their own keep the order in which keys were put.</summary>
internal sealed class JavaMap(IDictionary<JsValue, JsValue> entries)
{
    /// <summary>The entries.</summary>
    public IDictionary<JsValue, JsValue> Entries { get; } = entries;

    /// <summary>True when nothing may be changed.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>An empty one in the order of putting.</summary>
    public static JavaMap Linked(JavaSession java) => new(new OrderedDictionary<JsValue, JsValue>(java.Equality));

    /// <summary>Reads a value.</summary>
    public bool TryGet(JsValue key, out JsValue value)
    {
        var found = Entries.TryGetValue(key, out var present);
        value = present ?? JsValue.Null;
        return found;
    }

    /// <summary>Writes a value and gives the one before.</summary>
    public JsValue Put(JsValue key, JsValue value)
    {
        RefuseIfReadOnly();
        TryGet(key, out var before);
        Entries[key] = value;
        return before;
    }

    /// <summary>Removes a key.</summary>
    public bool Remove(JsValue key, out JsValue before)
    {
        RefuseIfReadOnly();
        TryGet(key, out before);
        return Entries.Remove(key);
    }

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        RefuseIfReadOnly();
        Entries.Clear();
    }

    private void RefuseIfReadOnly()
    {
        if (IsReadOnly)
        {
            throw new NotSupportedException("This map cannot be changed: copy it with new java.util.HashMap(map).");
        }
    }
}

/// <summary>The state of sets: a map's keys.</summary>
internal sealed class JavaSet(IDictionary<JsValue, JsValue> entries)
{
    /// <summary>How many elements.</summary>
    public int Count => entries.Count;

    /// <summary>The elements.</summary>
    public ICollection<JsValue> Items => entries.Keys;

    /// <summary>True when nothing may be changed.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>An empty one in the order of adding.</summary>
    public static JavaSet Linked(JavaSession java) => new(new OrderedDictionary<JsValue, JsValue>(java.Equality));

    /// <summary>One of these elements, in their order.</summary>
    public static JavaSet Of(JavaSession java, IEnumerable<JsValue> items)
    {
        var set = Linked(java);
        foreach (var item in items)
        {
            set.Add(item);
        }

        return set;
    }

    /// <summary>True when it holds the value.</summary>
    public bool Contains(JsValue value) => entries.ContainsKey(value);

    /// <summary>Adds a value; false when it was there.</summary>
    public bool Add(JsValue value)
    {
        RefuseIfReadOnly();
        return entries.TryAdd(value, JsValue.Null);
    }

    /// <summary>Removes a value; false when it was not there.</summary>
    public bool Remove(JsValue value)
    {
        RefuseIfReadOnly();
        return entries.Remove(value);
    }

    /// <summary>Adds values; false when all were there.</summary>
    public bool AddAll(IEnumerable<JsValue> values)
    {
        var before = Count;
        foreach (var value in values.ToList())
        {
            Add(value);
        }

        return Count > before;
    }

    /// <summary>Removes values; false when none was there.</summary>
    public bool RemoveAll(IEnumerable<JsValue> values)
    {
        var before = Count;
        foreach (var value in values.ToList())
        {
            Remove(value);
        }

        return Count < before;
    }

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        RefuseIfReadOnly();
        entries.Clear();
    }

    private void RefuseIfReadOnly()
    {
        if (IsReadOnly)
        {
            throw new NotSupportedException("This set cannot be changed: copy it with new java.util.HashSet(set).");
        }
    }
}

/// <summary>The order of maps and sets that are sorted: as values compare, or as a script's comparator says.</summary>
internal sealed class JavaOrder(JavaSession java, JsValue? comparator) : IComparer<JsValue>
{
    /// <inheritdoc/>
    public int Compare(JsValue? x, JsValue? y) => java.Compare(x ?? JsValue.Null, y ?? JsValue.Null, comparator);
}
