using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>Lists.</summary>
internal static class ListClasses
{
    /// <summary><c>java.util.Collection</c>: what lists and sets share.</summary>
    public static readonly JavaClass Collection = new JavaClass("java.util.Collection")
        .Method("iterator", static call => IteratorClasses.Over(call, Items(call)))
        .Method("toArray", static call => call.Java.Array(Items(call)))
        .Refuse("stream", "use a loop, or toArray() and the methods of arrays.")
        .Method("forEach", static call => ForEach(call))
        .Method("containsAll", static call => call.Items(0).All(Items(call).ToHashSet(call.Java.Equality).Contains))
        .Method("equals", static call => call.Java.Equality.Equals(call.Self, call[0]))
        .Method("toString", static call => call.Return(call.Java.Join(Items(call), call.Self)));

    /// <summary><c>java.util.List</c>, and all that its classes have.</summary>
    public static readonly JavaClass List = new JavaClass("java.util.List", Collection)
        .Method<JavaList>("add", static (list, call) => Add(list, call))
        .Method<JavaList>("addAll", static (list, call) => AddAll(list, call))
        .Method<JavaList>("get", static (list, call) => call.Return(list.Items[Index(list, call, 0)]))
        .Method<JavaList>("set", static (list, call) => Set(list, call))
        .Method<JavaList>("remove", static (list, call) => Remove(list, call))
        .Method<JavaList>("removeAll", static (list, call) => list.Changing().RemoveAll(Among(call)) > 0)
        .Method<JavaList>("retainAll", static (list, call) => list.Changing().RemoveAll(Negate(Among(call))) > 0)
        .Method<JavaList>("removeIf", static (list, call) => list.Changing().RemoveAll(item => Accepts(call, item)) > 0)
        .Method<JavaList>("size", static (list, _) => list.Count)
        .Method<JavaList>("isEmpty", static (list, _) => list.Count == 0)
        .Method<JavaList>("contains", static (list, call) => Find(list, call) >= 0)
        .Method<JavaList>("indexOf", static (list, call) => Find(list, call))
        .Method<JavaList>("lastIndexOf", static (list, call) => list.Items.FindLastIndex(item => call.Java.Equality.Equals(item, call[0])))
        .Void<JavaList>("clear", static (list, _) => list.Changing().Clear())
        .Void<JavaList>("sort", static (list, call) => Sort(list, call, call[0]))
        .Void<JavaList>("replaceAll", static (list, call) => ReplaceAll(list, call))
        .Method<JavaList>("subList", static (list, call) => call.New(ArrayList!, new JavaList(list.Items[call.Int(0)..call.Int(1)])))
        .Method<JavaList>("listIterator", static (list, call) => IteratorClasses.Over(call, list.Items))
        .Method<JavaList>("clone", static (list, call) => call.New(((JavaObject)call.Self).JavaType, new JavaList([.. list.Items])))
        .Method<JavaList>("hashCode", static (_, call) => call.Java.Equality.GetHashCode(call.Self))
        .Void<JavaList>("ensureCapacity", static (_, _) => { })
        .Void<JavaList>("trimToSize", static (_, _) => { })
        .Static("of", static call => call.New(ArrayList!, new JavaList([.. call.Rest(0)]) { IsFixed = true, IsReadOnly = true }))
        .Static("copyOf", static call => call.New(ArrayList!, new JavaList([.. call.Items(0)]) { IsFixed = true, IsReadOnly = true }));

    /// <summary><c>java.util.ArrayList</c>.</summary>
    public static readonly JavaClass ArrayList = new JavaClass("java.util.ArrayList", List).New(static call => New(call));

    /// <summary><c>java.util.Vector</c>.</summary>
    public static readonly JavaClass Vector = new JavaClass("java.util.Vector", List)
        .New(static call => New(call))
        .Void<JavaList>("addElement", static (list, call) => list.Changing().Add(call[0]))
        .Method<JavaList>("elementAt", static (list, call) => call.Return(list.Items[Index(list, call, 0)]))
        .Method<JavaList>("firstElement", static (list, call) => call.Return(First(list, call)))
        .Method<JavaList>("lastElement", static (list, call) => call.Return(Last(list, call)))
        .Void<JavaList>("removeElementAt", static (list, call) => list.Changing().RemoveAt(Index(list, call, 0)))
        .Void<JavaList>("removeAllElements", static (list, _) => list.Changing().Clear())
        .Method<JavaList>("elements", static (list, call) => IteratorClasses.Over(call, list.Items));

    /// <summary><c>java.util.Stack</c>.</summary>
    public static readonly JavaClass Stack = new JavaClass("java.util.Stack", Vector)
        .New(static call => New(call))
        .Method<JavaList>("push", static (list, call) => Push(list, call))
        .Method<JavaList>("pop", static (list, call) => list.Count == 0 ? throw call.Throw("java.util.EmptyStackException", null) : Take(list, call, list.Count - 1))
        .Method<JavaList>("peek", static (list, call) => list.Count == 0 ? throw call.Throw("java.util.EmptyStackException", null) : call.Return(list.Items[^1]))
        .Method<JavaList>("empty", static (list, _) => list.Count == 0)
        .Method<JavaList>("search", static (list, call) => list.Items.FindLastIndex(item => call.Java.Equality.Equals(item, call[0])) is var at and >= 0 ? list.Count - at : -1);

    /// <summary><c>java.util.LinkedList</c> and other queues.</summary>
    public static readonly JavaClass LinkedList = Queue("java.util.LinkedList");

    /// <summary><c>java.util.ArrayDeque</c>.</summary>
    public static readonly JavaClass ArrayDeque = Queue("java.util.ArrayDeque");

    /// <summary><c>java.util.concurrent.CopyOnWriteArrayList</c>.</summary>
    public static readonly JavaClass CopyOnWrite = new JavaClass("java.util.concurrent.CopyOnWriteArrayList", List).New(static call => New(call));

    /// <summary>Sorts a list, in the order of its elements or by a comparator.</summary>
    public static void Sort(JavaList list, JavaCall call, JsValue comparator)
    {
        // List.Sort is not stable and wraps what a comparator throws; ordering is neither.
        var sorted = list.Replacing().OrderBy(item => item, new JavaOrder(call.Java, comparator)).ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            list.Items[i] = sorted[i];
        }
    }

    /// <summary>True when a script's predicate says so.</summary>
    public static bool Accepts(JavaCall call, JsValue item) =>
        Jint.Runtime.TypeConverter.ToBoolean(call.Java.CallAdapter(call[0], "test", call.Return(item)));

    private static IEnumerable<JsValue> Items(JavaCall call) => JavaValues.ItemsOf(call.Self) ?? [];

    private static JavaList New(JavaCall call) => new JavaList(call.Has(0) && JavaValues.ItemsOf(call[0]) is { } items ? [.. items] : []);

    private static JavaClass Queue(string name) => new JavaClass(name, List)
        .New(static call => New(call))
        .Void<JavaList>("addFirst", static (list, call) => list.Changing().Insert(0, call[0]))
        .Void<JavaList>("addLast", static (list, call) => list.Changing().Add(call[0]))
        .Method<JavaList>("offer", static (list, call) => Add(list, call))
        .Void<JavaList>("push", static (list, call) => list.Changing().Insert(0, call[0]))
        .Method<JavaList>("getFirst", static (list, call) => call.Return(First(list, call)))
        .Method<JavaList>("getLast", static (list, call) => call.Return(Last(list, call)))
        .Method<JavaList>("element", static (list, call) => call.Return(First(list, call)))
        .Method<JavaList>("removeFirst", static (list, call) => list.Count == 0 ? throw Empty(call) : Take(list, call, 0))
        .Method<JavaList>("removeLast", static (list, call) => list.Count == 0 ? throw Empty(call) : Take(list, call, list.Count - 1))
        .Method<JavaList>("pop", static (list, call) => list.Count == 0 ? throw Empty(call) : Take(list, call, 0))
        .Method<JavaList>("poll", static (list, call) => list.Count == 0 ? JsValue.Null : Take(list, call, 0))
        .Method<JavaList>("pollFirst", static (list, call) => list.Count == 0 ? JsValue.Null : Take(list, call, 0))
        .Method<JavaList>("pollLast", static (list, call) => list.Count == 0 ? JsValue.Null : Take(list, call, list.Count - 1))
        .Method<JavaList>("peek", static (list, call) => list.Count == 0 ? JsValue.Null : call.Return(list.Items[0]))
        .Method<JavaList>("peekFirst", static (list, call) => list.Count == 0 ? JsValue.Null : call.Return(list.Items[0]))
        .Method<JavaList>("peekLast", static (list, call) => list.Count == 0 ? JsValue.Null : call.Return(list.Items[^1]));

    private static JsValue Add(JavaList list, JavaCall call)
    {
        if (call.Count < 2)
        {
            list.Changing().Add(call[0]);
            return true;
        }

        var at = call.Int(0);
        list.Changing().Insert(at >= 0 && at <= list.Count ? at : throw OutOfBounds(call, at, list.Count), call[1]);
        return JsValue.Undefined;
    }

    private static JsValue AddAll(JavaList list, JavaCall call)
    {
        var items = call.Items(call.Count - 1).ToList();
        call.Run.Limits.CheckLength((double)list.Count + items.Count);
        list.Changing().InsertRange(call.Count > 1 ? call.Int(0) : list.Count, items);
        return items.Count > 0;
    }

    private static JsValue Set(JavaList list, JavaCall call)
    {
        var at = Index(list, call, 0);
        var before = list.Items[at];
        list.Set(at, call[1]);
        return call.Return(before);
    }

    // A number is an index, as the reference chooses; anything else is the element.
    private static JsValue Remove(JavaList list, JavaCall call)
    {
        if (call.Count == 0 && list.Count > 0)
        {
            return Take(list, call, 0);
        }

        if (call[0] is JsNumber)
        {
            return Take(list, call, Index(list, call, 0));
        }

        var at = Find(list, call);
        if (at >= 0)
        {
            list.Changing().RemoveAt(at);
        }

        return at >= 0;
    }

    private static JsValue Take(JavaList list, JavaCall call, int at)
    {
        var item = list.Items[at];
        list.Changing().RemoveAt(at);
        return call.Return(item);
    }

    private static JsValue Push(JavaList list, JavaCall call)
    {
        list.Changing().Add(call[0]);
        return call[0];
    }

    private static JsValue ForEach(JavaCall call)
    {
        foreach (var item in Items(call).ToList())
        {
            call.Java.CallAdapter(call[0], "accept", call.Return(item));
        }

        return JsValue.Undefined;
    }

    private static void ReplaceAll(JavaList list, JavaCall call)
    {
        for (var i = 0; i < list.Count; i++)
        {
            list.Set(i, call.Java.CallAdapter(call[0], "apply", call.Return(list.Items[i])));
        }
    }

    private static Predicate<JsValue> Among(JavaCall call)
    {
        var others = call.Items(0).ToHashSet(call.Java.Equality);
        return others.Contains;
    }

    private static Predicate<JsValue> Negate(Predicate<JsValue> predicate) => item => !predicate(item);

    private static int Find(JavaList list, JavaCall call) => list.Items.FindIndex(item => call.Java.Equality.Equals(item, call[0]));

    private static int Index(JavaList list, JavaCall call, int argument)
    {
        var at = call.Int(argument);
        return at >= 0 && at < list.Count ? at : throw OutOfBounds(call, at, list.Count);
    }

    private static JsValue First(JavaList list, JavaCall call) => list.Count > 0 ? list.Items[0] : throw Empty(call);

    private static JsValue Last(JavaList list, JavaCall call) => list.Count > 0 ? list.Items[^1] : throw Empty(call);

    private static Jint.Runtime.JavaScriptException Empty(JavaCall call) => call.Throw("java.util.NoSuchElementException", null);

    private static Jint.Runtime.JavaScriptException OutOfBounds(JavaCall call, int at, int count) =>
        call.Throw("java.lang.IndexOutOfBoundsException", $"Index {at} out of bounds for length {count}");
}
