using Acornima.Ast;

namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>A script that was read.</summary>
/// <param name="Text">What runs; the author's own text when nothing had to be done.</param>
/// <param name="Program">The syntax tree of it before the second pass: the same statements on the same lines.</param>
internal sealed record Translation(string Text, Script Program)
{
    private int[]? _textLines;
    private int[]? _authorLines;

    /// <summary>The author's text; null when it is the text.</summary>
    public string? Author { get; init; }

    /// <summary>Maps the text of the tree to the author's; null when they are the same.</summary>
    public PositionMap? First { get; init; }

    /// <summary>Maps the text to that of the tree; null when they are the same.</summary>
    public PositionMap? Second { get; init; }

    /// <summary>What is legal but must be wrong, by offsets of the author's text.</summary>
    public IReadOnlyList<(int Offset, string Message)> Warnings { get; init; } = [];

    /// <summary>The author's column, from 0, for a place of the text; lines are the same in both.</summary>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 0.</param>
    public int AuthorColumn(int line, int column)
    {
        if (Author is null)
        {
            return column;
        }

        _textLines ??= LineStarts(Text);
        _authorLines ??= LineStarts(Author);
        if (line < 1 || line > _textLines.Length || line > _authorLines.Length)
        {
            return column;
        }

        return Math.Max(0, AuthorOffset(_textLines[line - 1] + column) - _authorLines[line - 1]);
    }

    /// <summary>The author's offset for an offset of the tree.</summary>
    public int AuthorOffsetOf(Node node) => First?.Before(node.Start) ?? node.Start;

    /// <summary>Line from 1 and column from 0 of an offset.</summary>
    public static (int Line, int Column) PlaceOf(string text, int offset)
    {
        var starts = LineStarts(text);
        var index = Array.BinarySearch(starts, offset);
        index = index < 0 ? ~index - 1 : index;
        return (index + 1, offset - starts[index]);
    }

    private int AuthorOffset(int offset)
    {
        var first = Second?.Before(offset) ?? offset;
        return First?.Before(first) ?? first;
    }

    private static int[] LineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var at = 0; at < text.Length; at++)
        {
            if (Characters.IsLineBreak(text[at]) && !(text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n'))
            {
                starts.Add(at + 1);
            }
        }

        return [.. starts];
    }
}
