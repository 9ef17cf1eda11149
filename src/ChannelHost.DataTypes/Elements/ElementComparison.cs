using System.Globalization;
using System.Runtime.CompilerServices;
using ChannelHost.DataTypes.Comparing;

namespace ChannelHost.DataTypes.Elements;

/// <summary>
/// Compares by meaning: prefixes, the order of attributes, white space between elements, comments and instructions mean nothing; namespaces do. An element
/// that one of the messages lacks is one difference and does not shift those behind it.
/// </summary>
internal sealed class ElementComparison
{
    private readonly Differences _differences = new();
    private readonly List<ElementPath> _ignored;
    private readonly Func<MessageNode, string> _shown;
    private readonly List<(string Name, int Index, bool IsOneOfMany)> _path = [];

    /// <param name="ignore">Paths below which nothing is compared.</param>
    /// <param name="shown">What an element looks like with all that is in it.</param>
    /// <exception cref="FormatException">A path to ignore cannot be read.</exception>
    public ElementComparison(IReadOnlyList<string> ignore, Func<MessageNode, string> shown)
    {
        _shown = shown;
        _ignored = [.. ignore.Select(ElementPath.Parse)];
    }

    /// <summary>Where two messages differ.</summary>
    public IReadOnlyList<MessageDifference> Of(MessageNode wanted, MessageNode came)
    {
        _path.Add((wanted.Name, 1, false));
        if (IsSameName(wanted, came))
        {
            Compare(wanted, came);
        }
        else
        {
            Add(null, NameOf(wanted), NameOf(came));
        }

        return _differences.All;
    }

    private void Compare(MessageNode wanted, MessageNode came)
    {
        if (_differences.IsFull || IsIgnored(null))
        {
            return;
        }

        CompareAttributes(wanted, came);
        List<MessageNode> wantedElements = Elements(wanted), cameElements = Elements(came);
        string wantedText = TextOf(wanted, wantedElements), cameText = TextOf(came, cameElements);
        if (!string.Equals(wantedText, cameText, StringComparison.Ordinal))
        {
            Add(null, wantedText, cameText);
        }

        // Deeper than the stack cannot be: maxDepth is far below.
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var costs = new Dictionary<MessageNode, string>();
        var (wantedIndexes, wantedCounts) = Indexes(wantedElements);
        var (cameIndexes, cameCounts) = Indexes(cameElements);
        foreach (var (i, j) in Alignment.Of(wantedElements.Count, cameElements.Count, (i, j) => Cost(wantedElements[i], cameElements[j], costs)))
        {
            var one = i >= 0 ? wantedElements[i] : cameElements[j];
            var isOneOfMany = wantedCounts.GetValueOrDefault(one.Name) > 1 || cameCounts.GetValueOrDefault(one.Name) > 1;
            _path.Add((one.Name, i >= 0 ? wantedIndexes[i] : cameIndexes[j], isOneOfMany));
            if (i >= 0 && j >= 0)
            {
                Compare(wantedElements[i], cameElements[j]);
            }
            else if (!IsIgnored(null))
            {
                Add(null, i >= 0 ? _shown(one) : null, i >= 0 ? null : _shown(one));
            }

            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void CompareAttributes(MessageNode wanted, MessageNode came)
    {
        var left = came.Attributes.Where(attribute => !IsDeclaration(attribute)).ToList();
        foreach (var attribute in wanted.Attributes.Where(attribute => !IsDeclaration(attribute)))
        {
            var other = left.Find(candidate => IsSameName(attribute, candidate));
            if (other is not null)
            {
                left.Remove(other);
            }

            if (!string.Equals(attribute.Value, other?.Value, StringComparison.Ordinal) && !IsIgnored(attribute.Name))
            {
                Add(attribute.Name, attribute.Value, other?.Value);
            }
        }

        foreach (var attribute in left.Where(attribute => !IsIgnored(attribute.Name)))
        {
            Add(attribute.Name, null, attribute.Value);
        }
    }

    private void Add(string? attribute, string? expected, string? actual)
    {
        var path = string.Concat(_path.Select(step => step.IsOneOfMany ? string.Create(CultureInfo.InvariantCulture, $"/{step.Name}[{step.Index}]") : "/" + step.Name));
        _differences.Add(attribute is null ? path : $"{path}/@{attribute}", null, expected, actual);
    }

    private bool IsIgnored(string? attribute)
    {
        foreach (var path in _ignored)
        {
            if (path.Steps.Count == _path.Count + (attribute is null ? 0 : 1) && path.Steps[^1].IsAttribute == attribute is not null && Matches(path, attribute))
            {
                return true;
            }
        }

        return false;
    }

    private bool Matches(ElementPath path, string? attribute)
    {
        for (var i = 0; i < _path.Count; i++)
        {
            if (!path.Steps[i].IsFor(_path[i].Name) || (path.Steps[i].Index > 0 && path.Steps[i].Index != _path[i].Index))
            {
                return false;
            }
        }

        return attribute is null || path.Steps[^1].IsFor(attribute);
    }

    // The texts of all that is below, attributes included: what two elements have in common, told without walking them again and again.
    private float Cost(MessageNode wanted, MessageNode came, Dictionary<MessageNode, string> texts)
    {
        if (!IsSameName(wanted, came))
        {
            return 2;
        }

        string one = TextOf(wanted), other = TextOf(came);
        return one == other ? 0 : 0.01f + (0.99f * (1 - Share(one, other)));

        string TextOf(MessageNode node) => texts.TryGetValue(node, out var text) ? text : texts[node] = _shown(node);
    }

    private static float Share(string one, string other)
    {
        var begin = one.AsSpan().CommonPrefixLength(other);
        var end = 0;
        while (end < Math.Min(one.Length, other.Length) - begin && one[^(end + 1)] == other[^(end + 1)])
        {
            end++;
        }

        return (begin + end) / (float)Math.Max(1, Math.Max(one.Length, other.Length));
    }

    // Which of its name each element is, and how many there are of a name.
    private static (int[] Indexes, Dictionary<string, int> Counts) Indexes(List<MessageNode> elements)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        return ([.. elements.Select(element => counts[element.Name] = counts.GetValueOrDefault(element.Name) + 1)], counts);
    }

    private static List<MessageNode> Elements(MessageNode node) => [.. node.Children.Where(child => child.Kind == NodeKind.Element)];

    private static string TextOf(MessageNode node, List<MessageNode> elements)
    {
        var texts = node.Children.Where(child => child.Kind == NodeKind.Text).Select(child => child.Value);
        return elements.Count == 0 ? string.Concat(texts) : string.Join(' ', texts.Select(text => text!.Trim()).Where(text => text.Length > 0));
    }

    private static bool IsSameName(MessageNode one, MessageNode other) =>
        string.Equals(one.Name, other.Name, StringComparison.Ordinal) && string.Equals(one.NamespaceUri, other.NamespaceUri, StringComparison.Ordinal);

    private static bool IsDeclaration(MessageNode attribute) => attribute.Prefix == "xmlns" || (attribute.Prefix is null && attribute.Name == "xmlns");

    private static string NameOf(MessageNode node) => node.NamespaceUri is { } uri ? $"{{{uri}}}{node.Name}" : node.Name;
}
