using DiffPlex;
using DiffPlex.Model;

namespace ChannelHost.Server.Commands;

/// <summary>A difference of two texts in the unified form that people and <c>patch</c> read.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>What a line is.</summary>
    public enum Kind
    {
        /// <summary>A file's name.</summary>
        File,

        /// <summary>Where a part stands.</summary>
        Place,

        /// <summary>In both.</summary>
        Same,

        /// <summary>Only in the first.</summary>
        Removed,

        /// <summary>Only in the second.</summary>
        Added,
    }

    /// <summary>The lines of the difference of two sets of files; empty when they are the same.</summary>
    public static IEnumerable<(Kind Kind, string Text)> Of(IReadOnlyList<ChannelFile> before, IReadOnlyList<ChannelFile> after)
    {
        var (old, next) = (before.ToDictionary(file => file.Name, file => file.Text), after.ToDictionary(file => file.Name, file => file.Text));
        foreach (var name in old.Keys.Union(next.Keys).Order(StringComparer.Ordinal))
        {
            var (from, to) = (old.GetValueOrDefault(name), next.GetValueOrDefault(name));
            if (from == to)
            {
                continue;
            }

            yield return (Kind.File, $"--- {(from is null ? "/dev/null" : $"a/{name}")}");
            yield return (Kind.File, $"+++ {(to is null ? "/dev/null" : $"b/{name}")}");
            foreach (var line in Hunks(from ?? "", to ?? ""))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<(Kind Kind, string Text)> Hunks(string before, string after)
    {
        // Line ends stay with their lines: a file that lost its carriage returns is another file.
        var diff = new Differ().CreateCustomDiffs(before, after, ignoreWhiteSpace: false, Lines);
        var blocks = diff.DiffBlocks;
        for (var first = 0; first < blocks.Count;)
        {
            var last = first;
            while (last + 1 < blocks.Count && blocks[last + 1].DeleteStartA - EndA(blocks[last]) <= 2 * Context)
            {
                last++;
            }

            foreach (var line in Hunk(diff, first, last))
            {
                yield return line;
            }

            first = last + 1;
        }
    }

    private static IEnumerable<(Kind Kind, string Text)> Hunk(DiffResult diff, int first, int last)
    {
        var blocks = diff.DiffBlocks;
        var startA = Math.Max(0, blocks[first].DeleteStartA - Context);
        var startB = blocks[first].InsertStartB - (blocks[first].DeleteStartA - startA);
        var endA = Math.Min(diff.PiecesOld.Length, EndA(blocks[last]) + Context);
        var endB = blocks[last].InsertStartB + blocks[last].InsertCountB + (endA - EndA(blocks[last]));
        yield return (Kind.Place, $"@@ -{Range(startA, endA)} +{Range(startB, endB)} @@");
        var at = startA;
        for (var i = first; i <= last; i++)
        {
            for (; at < blocks[i].DeleteStartA; at++)
            {
                yield return (Kind.Same, " " + Line(diff.PiecesOld[at]));
            }

            for (; at < EndA(blocks[i]); at++)
            {
                yield return (Kind.Removed, "-" + Line(diff.PiecesOld[at]));
            }

            for (var j = 0; j < blocks[i].InsertCountB; j++)
            {
                yield return (Kind.Added, "+" + Line(diff.PiecesNew[blocks[i].InsertStartB + j]));
            }
        }

        for (; at < endA; at++)
        {
            yield return (Kind.Same, " " + Line(diff.PiecesOld[at]));
        }
    }

    // As diff(1) counts: from 1, and the line before for an empty range.
    private static string Range(int start, int end) => FormattableString.Invariant($"{(end > start ? start + 1 : start)},{end - start}");

    private static int EndA(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static string[] Lines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var at and >= 0 ? at + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }

    private static string Line(string piece) => piece.EndsWith('\n') ? piece[..^1] : piece + "\n\\ No newline at end of file";
}
