using System.Globalization;
using System.Text;
using ChannelHost.DataTypes.Comparing;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Compares messages value by value. Delimiters, escapes, charsets, line ends and empty values at the end mean nothing. A segment that one of the messages
/// lacks is one difference and does not shift those behind it.
/// </summary>
internal sealed class Hl7Comparison(Hl7Content expected, Hl7Content actual, IReadOnlyList<string> ignore)
{
    private readonly Differences _differences = new();

    /// <summary>Where they differ.</summary>
    /// <exception cref="MessageFormatException">A value cannot be decoded.</exception>
    public IReadOnlyList<MessageDifference> Run()
    {
        var ignored = new Hl7IgnoredPaths(ignore);
        var wanted = Hl7FlatSegment.Of(expected, ignored);
        var came = Hl7FlatSegment.Of(actual, ignored);
        foreach (var (i, j) in Alignment.Of(wanted.Count, came.Count, (i, j) => Hl7FlatSegment.Cost(wanted[i], came[j])))
        {
            if (_differences.IsFull)
            {
                break;
            }

            if (i >= 0 && j >= 0)
            {
                Compare(wanted[i], came[j]);
            }
            else
            {
                var only = i >= 0 ? wanted[i] : came[j];
                _differences.Add(Place(only, only.IsOneOfMany), null, i >= 0 ? only.Text : null, i >= 0 ? null : only.Text);
            }
        }

        return _differences.All;
    }

    private void Compare(Hl7FlatSegment wanted, Hl7FlatSegment came)
    {
        int i = 0, j = 0;
        while (i < wanted.Leaves.Count || j < came.Leaves.Count)
        {
            var order = i == wanted.Leaves.Count ? 1 : j == came.Leaves.Count ? -1 : wanted.Leaves[i].CompareTo(came.Leaves[j]);
            var expectedLeaf = order <= 0 ? wanted.Leaves[i++] : default;
            var actualLeaf = order >= 0 ? came.Leaves[j++] : default;
            if (!string.Equals(expectedLeaf.Value, actualLeaf.Value, StringComparison.Ordinal))
            {
                Add(wanted, came, order <= 0 ? expectedLeaf : actualLeaf, expectedLeaf.Value, actualLeaf.Value);
            }
        }
    }

    private void Add(Hl7FlatSegment wanted, Hl7FlatSegment came, Hl7Leaf at, string? expectedValue, string? actualValue)
    {
        // No more of the path than it takes to tell the place from its neighbours.
        var field = wanted.Leaves.Concat(came.Leaves).Where(leaf => leaf.Field == at.Field).ToList();
        var hasComponents = field.Any(leaf => leaf.Component > 1);
        var hasSubcomponents = field.Any(leaf => leaf.Component == at.Component && leaf.Subcomponent > 1);
        var path = new StringBuilder(Place(wanted, wanted.IsOneOfMany || came.IsOneOfMany)).Append(CultureInfo.InvariantCulture, $"-{at.Field}");
        if (field.Any(leaf => leaf.Repetition > 1))
        {
            path.Append(CultureInfo.InvariantCulture, $"[{at.Repetition}]");
        }

        if (hasComponents || hasSubcomponents)
        {
            path.Append(CultureInfo.InvariantCulture, $".{at.Component}");
        }

        if (hasSubcomponents)
        {
            path.Append(CultureInfo.InvariantCulture, $".{at.Subcomponent}");
        }

        _differences.Add(path.ToString(), Hl7FieldNames.Of(wanted.Name, at.Field, hasComponents ? at.Component : 0), expectedValue, actualValue);
    }

    private static string Place(Hl7FlatSegment segment, bool isOneOfMany) =>
        isOneOfMany ? string.Create(CultureInfo.InvariantCulture, $"{segment.Name}[{segment.Occurrence}]") : segment.Name;
}
