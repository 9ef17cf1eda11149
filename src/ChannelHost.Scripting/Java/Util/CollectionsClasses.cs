using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary><c>Arrays</c>, <c>Collections</c>, <c>Comparator</c>.</summary>
internal static class CollectionsClasses
{
    /// <summary><c>java.util.Comparator</c>.</summary>
    public static readonly JavaClass Comparator = new JavaClass("java.util.Comparator")
        .Functional("compare")
        .Method("reversed", static call => call.New(Comparator!, Reversed(call, call.Self)))
        .Static("naturalOrder", static call => call.New(Comparator!, Natural(call)))
        .Static("reverseOrder", static call => call.New(Comparator!, Reversed(call, null)))
        .Static("comparing", static call => call.New(Comparator!, By(call)));

    /// <summary><c>java.util.Arrays</c>.</summary>
    public static readonly JavaClass Arrays = new JavaClass("java.util.Arrays")
        .Static("asList", static call => call.New(ListClasses.ArrayList, new JavaList([.. call.Rest(0)]) { IsFixed = true }))
        .Static("toString", static call => call.Return(call.Has(0) ? call.Java.Join(call.Items(0), call[0]) : "null"))
        .Static("deepToString", static call => call.Return(call.Java.Join(call.Items(0), call[0])))
        .Static("equals", static call => call.Items(0).SequenceEqual(call.Items(1), call.Java.Equality))
        .Static("hashCode", static call => call.Items(0).Aggregate(1, (hash, item) => unchecked((31 * hash) + call.Java.Equality.GetHashCode(item))))
        .Static("fill", static call => Fill(call))
        .Static("sort", static call => Sort(call))
        .Static("copyOf", static call => Copy(call, 0, call.Int(1)))
        .Static("copyOfRange", static call => Copy(call, call.Int(1), call.Int(2)))
        .Refuse("stream", "use a loop.");

    /// <summary><c>java.util.Collections</c>.</summary>
    public static readonly JavaClass Collections = new JavaClass("java.util.Collections")
        .Static("sort", static call => Sort(call))
        .Static("reverse", static call => Change(call, static items => items.Reverse()))
        .Static("shuffle", static call => Change(call, items => Shuffle(call, items)))
        .Static("swap", static call => Change(call, items => (items[call.Int(1)], items[call.Int(2)]) = (items[call.Int(2)], items[call.Int(1)])))
        .Static("addAll", static call => AddAll(call))
        .Static("max", static call => call.Return(Best(call, 1)))
        .Static("min", static call => call.Return(Best(call, -1)))
        .Static("frequency", static call => call.Items(0).Count(item => call.Java.Equality.Equals(item, call[1])))
        .Static("emptyList", static call => call.New(ListClasses.ArrayList, new JavaList([]) { IsFixed = true, IsReadOnly = true }))
        .Static("emptyMap", static call => call.New(MapClasses.HashMap, new JavaMap(new Dictionary<JsValue, JsValue>(call.Java.Equality)) { IsReadOnly = true }))
        .Static("emptySet", static call => call.New(SetClasses.Hash, new JavaSet(new Dictionary<JsValue, JsValue>(call.Java.Equality)) { IsReadOnly = true }))
        .Static("singletonList", static call => call.New(ListClasses.ArrayList, new JavaList([call[0]]) { IsFixed = true, IsReadOnly = true }))
        .Static("singleton", static call => call.New(SetClasses.Hash, new JavaSet(new Dictionary<JsValue, JsValue>(call.Java.Equality) { [call[0]] = JsValue.Null }) { IsReadOnly = true }))
        .Static("singletonMap", static call => call.New(MapClasses.HashMap, new JavaMap(new Dictionary<JsValue, JsValue>(call.Java.Equality) { [call[0]] = call[1] }) { IsReadOnly = true }))
        .Static("nCopies", static call => NCopies(call))
        .Static("unmodifiableList", static call => call.New(ListClasses.ArrayList, new JavaList(call.Object<JavaList>(0).Items) { IsFixed = true, IsReadOnly = true }))
        .Static("unmodifiableMap", static call => call.New(MapClasses.HashMap, new JavaMap(call.Object<JavaMap>(0).Entries) { IsReadOnly = true }))
        .Static("unmodifiableSet", static call => call[0])
        .Static("synchronizedList", static call => call[0])
        .Static("synchronizedMap", static call => call[0])
        .Static("synchronizedSet", static call => call[0])
        .Static("reverseOrder", static call => call.New(Comparator, Reversed(call, call.Has(0) ? call[0] : null)))
        .Constant("EMPTY_LIST", static call => call.New(ListClasses.ArrayList, new JavaList([]) { IsFixed = true, IsReadOnly = true }));

    private static JsValue Sort(JavaCall call)
    {
        switch (call[0])
        {
            case JavaObject { State: JavaList list }:
                ListClasses.Sort(list, call, call[1]);
                break;
            case JavaObject { State: JavaBytes bytes }:
                Array.Sort(bytes.Bytes, static (left, right) => ((sbyte)left).CompareTo((sbyte)right));
                break;
            default:
                throw call.Throw("java.lang.IllegalArgumentException", "sort needs a Java list or array; a script's array has sort() itself.");
        }

        return JsValue.Undefined;
    }

    private static JsValue Fill(JavaCall call)
    {
        var target = call.Object<IJavaIndexed>(0);
        var (from, to, value) = call.Count > 2 ? (call.Int(1), call.Int(2), call[3]) : (0, target.Count, call[1]);
        for (var i = from; i < to; i++)
        {
            target.Set(i, value);
        }

        return JsValue.Undefined;
    }

    private static JavaObject Copy(JavaCall call, int from, int to)
    {
        var count = to - from;
        if (from < 0 || count < 0)
        {
            throw call.Throw("java.lang.IllegalArgumentException", $"{from} > {to}");
        }

        call.Run.Limits.CheckLength(count);
        if (call[0] is JavaObject { State: JavaBytes bytes })
        {
            var copy = new byte[count];
            bytes.Bytes.AsSpan(from, Math.Min(count, bytes.Count - from)).CopyTo(copy);
            return call.Java.Array(copy);
        }

        var items = call.Items(0).Skip(from).Take(count).ToList();
        return call.Java.Array(items.Concat(Enumerable.Repeat(JsValue.Null, count - items.Count)), (call[0] as JavaObject)?.JavaType);
    }

    private static JsValue Change(JavaCall call, Action<List<JsValue>> change)
    {
        change(call.Object<JavaList>(0).Replacing());
        return JsValue.Undefined;
    }

    private static void Shuffle(JavaCall call, List<JsValue> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var other = (int)(call.Java.NextRandom() * (i + 1));
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private static JsValue AddAll(JavaCall call)
    {
        var changed = false;
        foreach (var item in call.Rest(1))
        {
            switch (call[0])
            {
                case JavaObject { State: JavaList list }:
                    list.Changing().Add(item);
                    changed = true;
                    break;
                default:
                    changed |= call.Object<JavaSet>(0).Add(item);
                    break;
            }
        }

        return changed;
    }

    private static JsValue Best(JavaCall call, int sign)
    {
        JsValue? best = null;
        foreach (var item in call.Items(0))
        {
            best = best is null || call.Java.Compare(item, best, call[1]) * sign > 0 ? item : best;
        }

        return best ?? throw call.Throw("java.util.NoSuchElementException", null);
    }

    private static JsValue NCopies(JavaCall call)
    {
        call.Run.Limits.CheckLength(call.Int(0));
        call.Run.Limits.CheckRoom(call.Int(0) * 8d);
        return call.New(ListClasses.ArrayList, new JavaList([.. Enumerable.Repeat(call[1], call.Int(0))]) { IsFixed = true, IsReadOnly = true });
    }

    private static Jint.Runtime.Interop.ClrFunction Natural(JavaCall call) => Order(call, (left, right) => call.Java.Compare(left, right));

    private static Jint.Runtime.Interop.ClrFunction Reversed(JavaCall call, JsValue? comparator) => Order(call, (left, right) => call.Java.Compare(right, left, comparator));

    private static Jint.Runtime.Interop.ClrFunction By(JavaCall call)
    {
        JsValue Key(JsValue item) => call.Java.CallAdapter(call[0], "apply", item);
        return Order(call, (left, right) => call.Java.Compare(Key(left), Key(right), call.Count > 1 ? call[1] : null));
    }

    private static Jint.Runtime.Interop.ClrFunction Order(JavaCall call, Func<JsValue, JsValue, int> compare) =>
        new(call.Run.Engine, "compare", (_, arguments) => compare(arguments[0], arguments[1]));
}
