using System.Text;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Guards;

/// <summary>
/// Searches for texts in texts within the limits. The platform's search compares at each place and asks nobody in between: a long text that nearly
/// matches everywhere keeps it busy for minutes. Where that could be, it is asked for a few places at a time.
/// </summary>
internal static class TextSearch
{
    /// <summary>About how many bytes one piece of a text takes as a value of a script.</summary>
    public const double PieceSize = 80;

    // Comparisons between two looks at the clock: some ten milliseconds.
    private const double Most = 1e8;

    /// <summary>The first place of a part at or after <paramref name="from"/>; -1 for none.</summary>
    public static int IndexOf(RunLimits limits, string text, string part, int from = 0, StringComparison comparison = StringComparison.Ordinal)
    {
        var end = text.Length - part.Length;
        if (from > end)
        {
            return -1;
        }

        if (IsQuick(end - from + 1, part))
        {
            return text.IndexOf(part, from, comparison);
        }

        var places = Places(part);
        for (; from <= end; from += places)
        {
            limits.Check();
            var count = Math.Min(places, end - from + 1);
            if (text.AsSpan(from, count - 1 + part.Length).IndexOf(part, comparison) is var at and >= 0)
            {
                return from + at;
            }
        }

        return -1;
    }

    /// <summary>The last place of a part at or before <paramref name="from"/>; -1 for none.</summary>
    public static int LastIndexOf(RunLimits limits, string text, string part, int from = int.MaxValue)
    {
        from = Math.Min(from, text.Length - part.Length);
        if (from < 0)
        {
            return -1;
        }

        if (part.Length == 0)
        {
            return from;
        }

        var places = IsQuick(from + 1, part) ? from + 1 : Places(part);
        for (var end = from + 1; end > 0; end -= places)
        {
            limits.Check();
            var start = Math.Max(0, end - places);
            if (text.AsSpan(start, end - start - 1 + part.Length).LastIndexOf(part) is var at and >= 0)
            {
                return start + at;
            }
        }

        return -1;
    }

    /// <summary>True when the part is somewhere in the text.</summary>
    public static bool Contains(RunLimits limits, string text, string part, StringComparison comparison = StringComparison.Ordinal) =>
        IndexOf(limits, text, part, 0, comparison) >= 0;

    /// <summary>How often a part is in the text, none within another; 0 for the empty part.</summary>
    public static int Count(RunLimits limits, string text, string part)
    {
        var count = 0;
        for (var at = part.Length == 0 ? -1 : IndexOf(limits, text, part); at >= 0; at = IndexOf(limits, text, part, at + part.Length))
        {
            count++;
        }

        return count;
    }

    /// <summary>The text with another in place of each occurrence of <paramref name="from"/>, which is not empty.</summary>
    public static string Replace(RunLimits limits, string text, string from, string to)
    {
        if (to.Length <= from.Length && IsQuick(text.Length, from))
        {
            return text.Replace(from, to, StringComparison.Ordinal);
        }

        var at = IndexOf(limits, text, from);
        if (at < 0)
        {
            return text;
        }

        var result = new StringBuilder();
        var end = 0;
        for (; at >= 0; at = IndexOf(limits, text, from, end))
        {
            limits.CheckLength((double)result.Length + at - end + to.Length);
            result.Append(text, end, at - end).Append(to);
            end = at + from.Length;
        }

        limits.CheckLength((double)result.Length + text.Length - end);
        return result.Append(text, end, text.Length - end).ToString();
    }

    /// <summary>The pieces of the text between the occurrences of a separator, which is not empty; the empty ones, too.</summary>
    /// <param name="limits">The run's limits.</param>
    /// <param name="text">The text.</param>
    /// <param name="separator">What stands between the pieces.</param>
    /// <param name="most">How many pieces are wanted; the rest is left out.</param>
    public static List<string> Split(RunLimits limits, string text, string separator, double most = double.PositiveInfinity)
    {
        var pieces = new List<string>();
        var start = 0;
        while (pieces.Count < most)
        {
            var at = IndexOf(limits, text, separator, start);
            pieces.Add(at < 0 ? text[start..] : text[start..at]);
            if (at < 0)
            {
                break;
            }

            start = at + separator.Length;
            if ((pieces.Count & 0xFFF) == 0)
            {
                limits.Check();
                limits.CheckLength(pieces.Count);
                limits.CheckRoom(pieces.Count * PieceSize);
            }
        }

        return pieces;
    }

    private static bool IsQuick(int places, string part) => (double)places * part.Length <= Most;

    private static int Places(string part) => (int)Math.Max(1, Most / part.Length);
}
