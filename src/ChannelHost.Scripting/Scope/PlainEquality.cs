namespace ChannelHost.Scripting.Scope;

/// <summary>Whether two plain values say the same, all the way down.</summary>
internal static class PlainEquality
{
    /// <summary>True when they do. Plain values nest as deep as scripts may nest what they keep, and no deeper.</summary>
    public static bool AreSame(object? one, object? other) => (one, other) switch
    {
        (byte[] bytes, byte[] others) => bytes.AsSpan().SequenceEqual(others),
        (Dictionary<string, object?> map, Dictionary<string, object?> others) => AreSame(map, others),
        (List<object?> list, List<object?> others) => AreSame(list, others),
        _ => Equals(one, other),
    };

    private static bool AreSame(List<object?> list, List<object?> others)
    {
        if (list.Count != others.Count)
        {
            return false;
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (!AreSame(list[i], others[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(Dictionary<string, object?> map, Dictionary<string, object?> others)
    {
        if (map.Count != others.Count)
        {
            return false;
        }

        foreach (var (key, value) in map)
        {
            if (!others.TryGetValue(key, out var other) || !AreSame(value, other))
            {
                return false;
            }
        }

        return true;
    }
}
