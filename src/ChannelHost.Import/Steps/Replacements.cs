using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Steps;

/// <summary>The replacements of a mapper or message builder, as the array that <c>validate</c> takes.</summary>
internal static class Replacements
{
    /// <summary>The array.</summary>
    public static string Of(ExportElement step)
    {
        var pairs = (step.Find("replacements")?.All() ?? []).Select(Pair).Where(pair => pair.Length == 2).ToArray();
        return pairs.Length == 0 ? "[]" : $"[{string.Join(", ", pairs.Select(pair => $"[{pair[0]}, {pair[1]}]"))}]";
    }

    private static string[] Pair(ExportElement pair) => [.. pair.All().Select(part => JavaScriptText.Expression(part.Text))];
}
