using System.Globalization;
using System.Text.RegularExpressions;

namespace ChannelHost.Tests.Scripting.Support;

/// <summary>Reads paths such as <c>PID-3[2].1</c>.</summary>
internal static partial class PipePath
{
    public static List<(string Name, int Index)> Parse(string path, MessageNode at, MessageNode root)
    {
        var steps = new List<(string, int)>();
        var name = ReferenceEquals(at, root) ? "" : at.Name;
        foreach (var part in path.Split('-', '.'))
        {
            var match = Part().Match(part);
            if (!match.Success)
            {
                throw new FormatException($"'{part}' is neither a segment nor a number.");
            }

            name = name.Length == 0 ? match.Groups[1].Value : name + "." + match.Groups[1].Value;
            steps.Add((name, match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : 0));
        }

        return steps;
    }

    [GeneratedRegex(@"^([A-Z][A-Z0-9]{2}|\d+)(?:\[(\d+)\])?$")]
    private static partial Regex Part();
}
