using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary><c>Iterator</c>, <c>Enumeration</c> and <c>Optional</c>.</summary>
internal static class IteratorClasses
{
    private static readonly JavaClass Iterator = new JavaClass("java.util.Iterator")
        .Method<Position>("hasNext", static (position, _) => position.Next < position.Items.Count)
        .Method<Position>("hasMoreElements", static (position, _) => position.Next < position.Items.Count)
        .Method<Position>("next", static (position, call) => Next(position, call))
        .Method<Position>("nextElement", static (position, call) => Next(position, call))
        .Method<Position>("hasPrevious", static (position, _) => position.Next > 0)
        .Method<Position>("previous", static (position, call) => call.Return(position.Items[--position.Next]))
        .Void<Position>("remove", static (position, call) => Remove(position, call));

    /// <summary><c>java.util.Optional</c>.</summary>
    public static readonly JavaClass Optional = new JavaClass("java.util.Optional")
        .Static("of", static call => call.New(Optional!, new Held(call[0])))
        .Static("ofNullable", static call => call.New(Optional!, new Held(call.Has(0) ? call[0] : null)))
        .Static("empty", static call => call.New(Optional!, new Held(null)))
        .Method<Held>("isPresent", static (held, _) => held.Value is not null)
        .Method<Held>("isEmpty", static (held, _) => held.Value is null)
        .Method<Held>("get", static (held, call) => held.Value is { } value ? call.Return(value) : throw call.Throw("java.util.NoSuchElementException", "No value present"))
        .Method<Held>("orElse", static (held, call) => held.Value is { } value ? call.Return(value) : call[0])
        .Method<Held>("orElseGet", static (held, call) => held.Value is { } value ? call.Return(value) : call.Java.CallAdapter(call[0], "get"))
        .Method<Held>("ifPresent", static (held, call) => held.Value is { } value ? call.Java.CallAdapter(call[0], "accept", call.Return(value)) : JsValue.Undefined)
        .Method<Held>("toString", static (held, call) => call.Return(held.Value is { } value ? $"Optional[{call.Java.Show(value)}]" : "Optional.empty"));

    /// <summary>The classes.</summary>
    public static readonly JavaClass[] All = [Iterator, Optional];

    /// <summary>An iterator over elements as they are now; what it removes is removed from the collection.</summary>
    public static JsValue Over(JavaCall call, IEnumerable<JsValue> items) => call.New(Iterator, new Position(call.Self, [.. items]));

    private static JsValue Next(Position position, JavaCall call) => position.Next < position.Items.Count
        ? call.Return(position.Items[position.Next++])
        : throw call.Throw("java.util.NoSuchElementException", null);

    private static void Remove(Position position, JavaCall call)
    {
        if (position.Next == 0)
        {
            throw call.Throw("java.lang.IllegalStateException", "next() was not called before remove().");
        }

        var item = position.Items[position.Next - 1];
        switch (position.Owner)
        {
            case JavaObject { State: JavaList list }:
                position.Items.RemoveAt(--position.Next);
                list.Changing().RemoveAt(position.Next);
                break;
            case JavaObject { State: JavaSet set }:
                set.Remove(item);
                break;
            default:
                throw call.Throw("java.lang.UnsupportedOperationException", "This iterator cannot remove.");
        }
    }

    private sealed class Position(JsValue owner, List<JsValue> items)
    {
        public JsValue Owner => owner;

        public List<JsValue> Items => items;

        public int Next { get; set; }
    }

    private sealed record Held(JsValue? Value);
}
