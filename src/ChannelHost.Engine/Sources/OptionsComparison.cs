using System.Collections;
using System.Reflection;

namespace ChannelHost.Engine.Sources;

/// <summary>Whether two settings records say the same. Records compare lists by reference, and a folder that is read again gives new lists; so this looks inside.</summary>
internal static class OptionsComparison
{
    public static bool AreEqual(object? left, object? right)
    {
        if (Equals(left, right))
        {
            return true;
        }

        if (left is null || right is null || left.GetType() != right.GetType())
        {
            return false;
        }

        if (left is IEnumerable leftItems and not string)
        {
            return leftItems.Cast<object?>().SequenceEqual(((IEnumerable)right).Cast<object?>(), Items.Instance);
        }

        return IsRecord(left.GetType()) && left.GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .All(property => AreEqual(property.GetValue(left), property.GetValue(right)));
    }

    /// <summary>Every record has this member; other classes mean their identity by Equals.</summary>
    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private sealed class Items : IEqualityComparer<object?>
    {
        public static Items Instance { get; } = new();

        bool IEqualityComparer<object?>.Equals(object? left, object? right) => AreEqual(left, right);

        int IEqualityComparer<object?>.GetHashCode(object? value) => 0;
    }
}
