namespace ChannelHost.DataTypes.Json;

/// <summary>JSON pointers (RFC 6901): <c>/items/0/a~1b</c>.</summary>
internal static class JsonPointer
{
    /// <summary>True for a text that is one.</summary>
    public static bool IsValid(string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
        {
            return false;
        }

        for (var at = pointer.IndexOf('~', StringComparison.Ordinal); at >= 0; at = pointer.IndexOf('~', at + 1))
        {
            if (at + 1 == pointer.Length || pointer[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The steps of a pointer; the empty pointer has none.</summary>
    public static string[] Steps(string pointer) =>
        pointer.Length == 0 ? [] : [.. pointer[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>The pointer of steps; <c>/</c> for none, because people must see something.</summary>
    public static string Of(IReadOnlyList<string> steps) =>
        steps.Count == 0 ? "/" : string.Concat(steps.Select(step => "/" + step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));
}
