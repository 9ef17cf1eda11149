using System.Globalization;
using System.Text.RegularExpressions;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// The places that a comparison passes over: <c>MSH-7</c>, <c>PID-5.1</c>, <c>OBX[*]-14</c>, <c>PID-3[2].1</c>, <c>NTE</c>. An index that is not given, or is
/// <c>*</c>, means every one; <c>*</c> stands for any segment, field or component too.
/// </summary>
internal sealed partial class Hl7IgnoredPaths
{
    private readonly List<Rule> _rules;

    /// <exception cref="FormatException">A path cannot be read.</exception>
    public Hl7IgnoredPaths(IReadOnlyList<string> paths)
    {
        _rules = [.. paths.Select(Read)];
    }

    /// <summary>True when a whole segment is passed over.</summary>
    public bool IsWhole(string segment, int occurrence) => _rules.Any(rule => rule.IsSegment && rule.IsOf(segment, occurrence));

    /// <summary>True when a value is passed over.</summary>
    public bool Matches(string segment, int occurrence, Hl7Leaf leaf)
    {
        foreach (var rule in _rules)
        {
            if (!rule.IsSegment && rule.IsOf(segment, occurrence) && rule.IsOf(leaf))
            {
                return true;
            }
        }

        return false;
    }

    private static Rule Read(string path)
    {
        var match = Form().Match(path);
        if (!match.Success)
        {
            throw new FormatException($"\"{path}\" is no path into an HL7 v2 message. Paths look like MSH-7, PID-5.1, OBX[*]-14, PID-3[2].1, NTE.");
        }

        return new Rule(
            match.Groups[1].Value,
            Number(match.Groups[2]),
            Number(match.Groups[3]),
            Number(match.Groups[4]),
            Number(match.Groups[5]),
            Number(match.Groups[6]),
            IsSegment: !match.Groups[3].Success);
    }

    // 0 for any.
    private static int Number(Group group) => int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"^([A-Za-z0-9]{1,10}|\*)(?:\[([0-9]{1,7}|\*)\])?(?:[-.]([0-9]{1,7}|\*)(?:\[([0-9]{1,7}|\*)\])?(?:[-.]([0-9]{1,7}|\*)(?:[-.]([0-9]{1,7}|\*))?)?)?$")]
    private static partial Regex Form();

    private sealed record Rule(string Segment, int Occurrence, int Field, int Repetition, int Component, int Subcomponent, bool IsSegment)
    {
        public bool IsOf(string segment, int occurrence) =>
            (Segment == "*" || string.Equals(Segment, segment, StringComparison.Ordinal)) && (Occurrence == 0 || Occurrence == occurrence);

        public bool IsOf(in Hl7Leaf leaf) =>
            (Field == 0 || Field == leaf.Field)
            && (Repetition == 0 || Repetition == leaf.Repetition)
            && (Component == 0 || Component == leaf.Component)
            && (Subcomponent == 0 || Subcomponent == leaf.Subcomponent);
    }
}
