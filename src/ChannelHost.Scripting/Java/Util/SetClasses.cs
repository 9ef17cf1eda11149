using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>Sets. A <c>HashSet</c> keeps the order of adding: Java's own is no promise.</summary>
internal static class SetClasses
{
    /// <summary><c>java.util.Set</c>, and all that its classes have.</summary>
    public static readonly JavaClass Set = new JavaClass("java.util.Set", ListClasses.Collection)
        .Method<JavaSet>("add", static (set, call) => set.Add(call[0]))
        .Method<JavaSet>("addAll", static (set, call) => set.AddAll(call.Items(0)))
        .Method<JavaSet>("contains", static (set, call) => set.Contains(call[0]))
        .Method<JavaSet>("remove", static (set, call) => set.Remove(call[0]))
        .Method<JavaSet>("removeAll", static (set, call) => set.RemoveAll(call.Items(0)))
        .Method<JavaSet>("retainAll", static (set, call) => RetainAll(set, call))
        .Method<JavaSet>("removeIf", static (set, call) => set.RemoveAll(set.Items.Where(item => ListClasses.Accepts(call, item))))
        .Method<JavaSet>("size", static (set, _) => set.Count)
        .Method<JavaSet>("isEmpty", static (set, _) => set.Count == 0)
        .Void<JavaSet>("clear", static (set, _) => set.Clear())
        .Method<JavaSet>("clone", static (set, call) => call.New(((JavaObject)call.Self).JavaType, Copy(call, set.Items)))
        .Method<JavaSet>("hashCode", static (_, call) => call.Java.Equality.GetHashCode(call.Self))
        .Static("of", static call => call.New(Hash!, Copy(call, call.Rest(0))));

    /// <summary><c>java.util.HashSet</c>.</summary>
    public static readonly JavaClass Hash = new JavaClass("java.util.HashSet", Set).New(static call => New(call));

    /// <summary><c>java.util.LinkedHashSet</c>.</summary>
    public static readonly JavaClass Linked = new JavaClass("java.util.LinkedHashSet", Hash).New(static call => New(call));

    /// <summary><c>java.util.TreeSet</c>.</summary>
    public static readonly JavaClass Tree = new JavaClass("java.util.TreeSet", Set)
        .New(static call => NewTree(call))
        .Method<JavaSet>("first", static (set, call) => set.Count > 0 ? call.Return(set.Items.First()) : throw call.Throw("java.util.NoSuchElementException", null))
        .Method<JavaSet>("last", static (set, call) => set.Count > 0 ? call.Return(set.Items.Last()) : throw call.Throw("java.util.NoSuchElementException", null))
        .Method<JavaSet>("pollFirst", static (set, call) => Poll(set, call, set.Items.FirstOrDefault()))
        .Method<JavaSet>("pollLast", static (set, call) => Poll(set, call, set.Items.LastOrDefault()))
        .Method<JavaSet>("descendingSet", static (set, call) => call.New(Linked, Copy(call, set.Items.Reverse())));

    private static JavaSet New(JavaCall call) => Copy(call, call.Has(0) && JavaValues.ItemsOf(call[0]) is { } items ? items : []);

    private static JavaSet NewTree(JavaCall call)
    {
        var items = JavaValues.ItemsOf(call[0]);
        var set = new JavaSet(new SortedDictionary<JsValue, JsValue>(new JavaOrder(call.Java, items is null && call.Has(0) ? call[0] : null)));
        Fill(call, set, items ?? []);
        return set;
    }

    private static JavaSet Copy(JavaCall call, IEnumerable<JsValue> items)
    {
        var set = JavaSet.Linked(call.Java);
        Fill(call, set, items);
        return set;
    }

    private static void Fill(JavaCall call, JavaSet set, IEnumerable<JsValue> items)
    {
        foreach (var item in items)
        {
            call.Run.Limits.Check();
            set.Add(item);
        }
    }

    private static JsValue RetainAll(JavaSet set, JavaCall call)
    {
        var kept = call.Items(0).ToHashSet(call.Java.Equality);
        return set.RemoveAll(set.Items.Where(item => !kept.Contains(item)));
    }

    private static JsValue Poll(JavaSet set, JavaCall call, JsValue? item)
    {
        if (item is null || item.IsNothing())
        {
            return JsValue.Null;
        }

        set.Remove(item);
        return call.Return(item);
    }
}
