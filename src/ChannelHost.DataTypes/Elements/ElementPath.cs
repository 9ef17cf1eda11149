using System.Globalization;
using System.Text.RegularExpressions;

namespace ChannelHost.DataTypes.Elements;

/// <summary>
/// A place in a message: <c>/patient/name[2]/@use</c> from the root element on, <c>name/@use</c> below a node. Names count without their prefix; <c>*</c> is any.
/// </summary>
internal sealed partial class ElementPath
{
    private ElementPath(string text, bool isAbsolute, IReadOnlyList<ElementStep> steps)
    {
        Text = text;
        IsAbsolute = isAbsolute;
        Steps = steps;
    }

    /// <summary>The path as written.</summary>
    public string Text { get; }

    /// <summary>True when the first step is the root element.</summary>
    public bool IsAbsolute { get; }

    /// <summary>The steps; an attribute can only be the last.</summary>
    public IReadOnlyList<ElementStep> Steps { get; }

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says where.</exception>
    public static ElementPath Parse(string text)
    {
        var isAbsolute = text.StartsWith('/');
        var parts = (isAbsolute ? text[1..] : text).Split('/');
        var steps = new ElementStep[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var match = Step().Match(parts[i]);
            var isAttribute = match.Groups[1].Length > 0;
            if (!match.Success || (isAttribute && (i < parts.Length - 1 || match.Groups[3].Success)))
            {
                throw new FormatException($"\"{text}\" is no path to an element: step {i + 1} cannot be read. Paths look like /patient/name[2]/family, name/@use.");
            }

            _ = int.TryParse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
            steps[i] = new ElementStep(match.Groups[2].Value, index, isAttribute);
        }

        return new ElementPath(text, isAbsolute, steps);
    }

    [GeneratedRegex(@"^(@?)(?:[\w.-]+:)?([\w.-]+|\*)(?:\[([0-9]{1,7}|\*)\])?$")]
    private static partial Regex Step();
}

/// <summary>One step of a path.</summary>
/// <param name="Name">The local name, or <c>*</c>.</param>
/// <param name="Index">Which of that name, from 1; 0 when the path does not say.</param>
/// <param name="IsAttribute">True for <c>@name</c>.</param>
internal readonly record struct ElementStep(string Name, int Index, bool IsAttribute)
{
    /// <summary>True when the step means this name.</summary>
    public bool IsFor(string name) => Name == "*" || string.Equals(Name, name, StringComparison.Ordinal);
}
