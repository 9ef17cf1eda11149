using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace ChannelHost.Connectors.FileIntake;

/// <summary>Which entries of a folder are wanted, by their names alone.</summary>
internal sealed class NameSelection(string pattern, string? expression, IReadOnlyList<string> ignoreTemporary, string? marker)
{
    // Without backtracking: a name from outside must not make an expression run for hours.
    private readonly Regex? _expression = expression is null ? null : Expression(expression);

    /// <summary>The name fits the pattern and the expression.</summary>
    public bool Matches(string name) =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false) && (_expression is null || _expression.IsMatch(name));

    /// <summary>The name is that of a marker file.</summary>
    public bool IsMarker(string name) => marker is not null && name.EndsWith(marker, StringComparison.Ordinal);

    /// <summary>The name is one that senders use while they write.</summary>
    public bool IsTemporary(string name)
    {
        foreach (var temporary in ignoreTemporary)
        {
            if (FileSystemName.MatchesSimpleExpression(temporary, name, ignoreCase: true))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is wrong with the settings; empty when nothing is.</summary>
    public static IEnumerable<OptionProblem> Problems(string? expression, string? marker)
    {
        if (expression is not null && ExpressionProblem(expression) is { } problem)
        {
            yield return new OptionProblem("expression", expression, $"a regular expression without look-around and back-references: {problem}");
        }

        if (marker is not null && (marker.Length == 0 || marker.AsSpan().IndexOfAny('/', '\0') >= 0))
        {
            yield return new OptionProblem("marker", marker, "the ending of a file name, for example .done");
        }
    }

    private static string? ExpressionProblem(string expression)
    {
        try
        {
            Expression(expression);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return e.Message;
        }
    }

    private static Regex Expression(string expression) => new(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
