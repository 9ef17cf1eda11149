using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ChannelHost.DataTypes.Comparing;

namespace ChannelHost.DataTypes.Json;

/// <summary>Compares by meaning: members in any order, numbers by value (1.0 is 1e0), elements of arrays aligned.</summary>
internal sealed class JsonComparison(IReadOnlyList<string> ignore)
{
    private readonly Differences _differences = new();
    private readonly StepPatterns _ignored = new([.. ignore.Select(PatternOf)]);
    private readonly List<string> _path = [];

    /// <summary>Where two values differ.</summary>
    public IReadOnlyList<MessageDifference> Of(JsonElement expected, JsonElement actual)
    {
        Compare(expected, actual);
        return _differences.All;
    }

    private static string[] PatternOf(string path) => JsonPointer.IsValid(path)
        ? JsonPointer.Steps(path == "/" ? "" : path)
        : throw new FormatException($"\"{path}\" is no path into JSON. Paths are JSON pointers, with * for any one step: /meta/lastUpdated, /items/*/id.");

    private void Compare(JsonElement expected, JsonElement actual)
    {
        if (_differences.IsFull || _ignored.Matches(_path))
        {
            return;
        }

        // Deeper than the stack: what is left is compared as text.
        var isDeep = !RuntimeHelpers.TryEnsureSufficientExecutionStack();
        switch (expected.ValueKind, actual.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object) when !isDeep:
                CompareObjects(expected, actual);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when !isDeep:
                CompareArrays(expected, actual);
                break;
            default:
                if (!IsSame(expected, actual))
                {
                    Add(expected, actual);
                }

                break;
        }
    }

    private void CompareObjects(JsonElement expected, JsonElement actual)
    {
        var left = Members(actual);
        foreach (var (name, value) in Members(expected))
        {
            _path.Add(name);
            if (left.Remove(name, out var other))
            {
                Compare(value, other);
            }
            else if (!_ignored.Matches(_path))
            {
                Add(value, null);
            }

            _path.RemoveAt(_path.Count - 1);
        }

        foreach (var (name, value) in left)
        {
            AddAlone(name, null, value);
        }
    }

    private void CompareArrays(JsonElement expected, JsonElement actual)
    {
        JsonElement[] wanted = [.. expected.EnumerateArray()], came = [.. actual.EnumerateArray()];
        foreach (var (i, j) in Alignment.Of(wanted.Length, came.Length, (i, j) => Cost(wanted[i], came[j])))
        {
            var step = Math.Max(i, j < 0 ? i : i < 0 ? j : i).ToString(CultureInfo.InvariantCulture);
            if (i < 0 || j < 0)
            {
                AddAlone(step, i < 0 ? null : wanted[i], j < 0 ? null : came[j]);
                continue;
            }

            _path.Add(step);
            Compare(wanted[i], came[j]);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void AddAlone(string step, JsonElement? expected, JsonElement? actual)
    {
        _path.Add(step);
        if (!_ignored.Matches(_path))
        {
            Add(expected, actual);
        }

        _path.RemoveAt(_path.Count - 1);
    }

    private void Add(JsonElement? expected, JsonElement? actual) => _differences.Add(JsonPointer.Of(_path), null, expected?.GetRawText(), actual?.GetRawText());

    // The more members say the same, the more two objects belong together.
    private static float Cost(JsonElement expected, JsonElement actual)
    {
        if (JsonElement.DeepEquals(expected, actual))
        {
            return 0;
        }

        if (expected.ValueKind != JsonValueKind.Object || actual.ValueKind != JsonValueKind.Object)
        {
            return 1;
        }

        var wanted = Members(expected);
        var came = Members(actual);
        var same = wanted.Count(member => came.TryGetValue(member.Key, out var other) && JsonElement.DeepEquals(member.Value, other));
        return Math.Max(0.01f, 1 - (same / (float)Math.Max(1, Math.Max(wanted.Count, came.Count))));
    }

    // The last one of a name counts, as for JavaScript.
    private static Dictionary<string, JsonElement> Members(JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return members;
    }

    private static bool IsSame(JsonElement expected, JsonElement actual) =>
        expected.ValueKind == actual.ValueKind && expected.ValueKind switch
        {
            JsonValueKind.Number or JsonValueKind.Object or JsonValueKind.Array => JsonElement.DeepEquals(expected, actual),
            JsonValueKind.String => string.Equals(expected.GetString(), actual.GetString(), StringComparison.Ordinal),
            _ => true,
        };
}
