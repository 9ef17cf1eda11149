using System.Collections;

namespace ChannelHost.Abstractions;

/// <summary>What templates can ask of a value: members of texts, lists, maps, answers, dates.</summary>
internal static class ValueMembers
{
    /// <summary>Finds a member; false when there is none.</summary>
    public static bool TryGet(object value, string member, object?[]? arguments, TemplateDialect dialect, out object? found)
    {
        found = null;
        switch (value)
        {
            case ITemplateMembers own:
                return own.TryGet(member, arguments, out found);
            case IReadOnlyDictionary<string, object?> map:
                return OfMap(map, member, arguments, dialect, out found);
            case Response response:
                return OfResponse(response, Property(member, arguments), out found);
            case DateValue date when Property(member, arguments) == "time":
                found = date.At.ToUnixTimeMilliseconds();
                return true;
        }

        if (arguments is not null && member == "toString" && arguments.Length == 0)
        {
            found = ValueText.Of(value, dialect);
            return found is not null;
        }

        if (value is not (string or MarkupValue) && Items(value) is { } items)
        {
            return OfList(items, member, arguments, dialect, out found);
        }

        if (Number(value) is { } number)
        {
            found = member is "intValue" or "longValue" && arguments is [] ? (long)number : member is "doubleValue" && arguments is [] ? number : null;
            return found is not null;
        }

        return arguments is not null && value is string or MarkupValue && StringMembers.TryCall(ValueText.Of(value, dialect)!, member, arguments, dialect, out found);
    }

    /// <summary>The item at an index or under a key; null when there is none.</summary>
    public static object? At(object value, object? index)
    {
        if (value is IReadOnlyDictionary<string, object?> map)
        {
            return ValueText.Of(index, TemplateDialect.Strict) is { } key ? map.GetValueOrDefault(key) : null;
        }

        if (value is string || Items(value) is not { } items || Number(index) is not { } place)
        {
            return null;
        }

        var at = place < 0 ? items.Count + place : place;
        return at >= 0 && at < items.Count ? items[(int)at] : null;
    }

    /// <summary>What a value consists of, for loops: a list's items, a map's values, a text's characters not; null for anything else.</summary>
    public static IReadOnlyList<object?>? Items(object? value) => value switch
    {
        null or string or byte[] => value is "" ? [] : null,
        IReadOnlyList<object?> list => list,
        IReadOnlyDictionary<string, object?> map => [.. map.Values],
        IEnumerable items => [.. items.Cast<object?>()],
        _ => null,
    };

    /// <summary>The value as a number; null when it is none.</summary>
    public static double? Number(object? value) => value switch
    {
        double number => number,
        long whole => whole,
        int whole => whole,
        decimal exact => (double)exact,
        _ => null,
    };

    /// <summary>The name of a property, also when it is asked for by its getter: <c>message</c> for <c>getMessage()</c>; null for any other call.</summary>
    public static string? Property(string member, IReadOnlyList<object?>? arguments)
    {
        if (arguments is null)
        {
            return member;
        }

        if (arguments.Count > 0)
        {
            return null;
        }

        var prefix = member.StartsWith("get", StringComparison.Ordinal) ? 3 : member.StartsWith("is", StringComparison.Ordinal) ? 2 : 0;
        return prefix > 0 && member.Length > prefix ? char.ToLowerInvariant(member[prefix]) + member[(prefix + 1)..] : null;
    }

    private static bool OfMap(IReadOnlyDictionary<string, object?> map, string member, object?[]? arguments, TemplateDialect dialect, out object? found)
    {
        if (arguments is null)
        {
            return map.TryGetValue(member, out found);
        }

        var key = arguments is [{ } given] ? ValueText.Of(given, dialect) : null;
        found = (member, arguments.Length) switch
        {
            ("get", 1) => key is null ? null : map.GetValueOrDefault(key),
            ("containsKey", 1) => key is not null && map.ContainsKey(key),
            ("size", 0) => (long)map.Count,
            ("isEmpty", 0) => map.Count == 0,
            ("keySet", 0) => map.Keys.Cast<object?>().ToList(),
            ("values", 0) => map.Values.ToList(),
            ("toString", 0) => ValueText.Of(map, dialect),
            _ => null,
        };
        return found is not null;
    }

    private static bool OfList(IReadOnlyList<object?> items, string member, object?[]? arguments, TemplateDialect dialect, out object? found)
    {
        found = (member, arguments) switch
        {
            ("get", [{ } index]) => At(items, index),
            ("size", []) => (long)items.Count,
            ("length", null) => (long)items.Count,
            ("isEmpty", []) or ("empty", null) => items.Count == 0,
            ("contains", [var wanted]) => items.Any(item => ValueText.Of(item, dialect) == ValueText.Of(wanted, dialect)),
            _ => null,
        };
        return found is not null;
    }

    private static bool OfResponse(Response response, string? property, out object? found)
    {
        found = property switch
        {
            "message" => System.Text.Encoding.UTF8.GetString(response.Content.Span),
            "status" => response.Status.ToString().ToUpperInvariant(),
            "statusMessage" => response.StatusMessage,
            "error" => response.Error ?? "",
            _ => null,
        };
        return found is not null;
    }
}
