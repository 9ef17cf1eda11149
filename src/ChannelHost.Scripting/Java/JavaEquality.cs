using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Java;

/// <summary>
/// When two values are equal to Java's collections: texts by their characters whichever kind they are, numbers by value whichever class they have (the
/// reference keeps 1 and 1.0 apart; a script cannot), collections by their elements, other objects by identity or what their state says.
/// </summary>
internal sealed class JavaEquality(ScriptRun run) : IEqualityComparer<JsValue>
{
    /// <inheritdoc/>
    public bool Equals(JsValue? x, JsValue? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        if (x is null || y is null)
        {
            return false;
        }

        if (JavaText.Is(x, out var left))
        {
            return JavaText.Is(y, out var right) && string.Equals(left, right, StringComparison.Ordinal);
        }

        if (x.IsNothing() || y.IsNothing())
        {
            return x.IsNothing() && y.IsNothing();
        }

        if (JavaValues.NumberOf(x) is { } number)
        {
            return JavaValues.NumberOf(y) is { } other && number.Equals(other);
        }

        if (JavaValues.FlagOf(x) is { } flag)
        {
            return JavaValues.FlagOf(y) == flag;
        }

        return x is JavaObject one && y is JavaObject two && SameState(one, two);
    }

    /// <inheritdoc/>
    public int GetHashCode(JsValue obj)
    {
        if (JavaText.Is(obj, out var text))
        {
            return string.GetHashCode(text, StringComparison.Ordinal);
        }

        if (obj.IsNothing())
        {
            return 0;
        }

        if (JavaValues.NumberOf(obj) is { } number)
        {
            return number.GetHashCode();
        }

        return JavaValues.FlagOf(obj) is { } flag ? flag.GetHashCode()
            : obj is JavaObject java ? HashState(java)
            : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }

    private bool SameState(JavaObject one, JavaObject two)
    {
        run.Limits.Check();
        switch (one.State, two.State)
        {
            case (JavaMap left, JavaMap right):
                return left.Entries.Count == right.Entries.Count
                    && left.Entries.All(entry => right.TryGet(entry.Key, out var value) && Equals(entry.Value, value));
            case (JavaSet left, JavaSet right):
                return left.Count == right.Count && left.Items.All(right.Contains);
            case (JavaList left, JavaList right):
                return !left.IsFixed && left.Items.SequenceEqual(right.Items, this);
            default:
                return one.State.Equals(two.State);
        }
    }

    private int HashState(JavaObject java)
    {
        run.Limits.Check();
        return java.State switch
        {
            JavaMap map => map.Entries.Aggregate(0, (hash, entry) => hash + (GetHashCode(entry.Key) ^ GetHashCode(entry.Value))),
            JavaSet set => set.Items.Aggregate(0, (hash, item) => hash + GetHashCode(item)),
            JavaList { IsFixed: false } list => list.Items.Aggregate(1, (hash, item) => unchecked((31 * hash) + GetHashCode(item))),
            var state => state.GetHashCode(),
        };
    }
}
