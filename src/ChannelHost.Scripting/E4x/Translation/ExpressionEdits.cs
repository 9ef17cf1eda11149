namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>Edits of expressions, noted in any order: what opens around an expression, what closes it, and what is replaced in it.</summary>
internal sealed class ExpressionEdits
{
    private readonly List<(int Start, int Order, int End, string Text)> _edits = [];

    /// <summary>True when there are none.</summary>
    public bool IsEmpty => _edits.Count == 0;

    /// <summary>Puts text before an expression; what is noted later, for one around it, comes before.</summary>
    public void Open(int offset, string text) => _edits.Add((offset, -_edits.Count, offset, text));

    /// <summary>Puts text behind an expression; what is noted later comes behind.</summary>
    public void Close(int offset, string text) => _edits.Add((offset, int.MinValue + _edits.Count, offset, text));

    /// <summary>Replaces text; line breaks in it stay.</summary>
    public void Replace(int start, int end, string text)
    {
        if (end > start)
        {
            _edits.Add((start, int.MaxValue, end, text));
        }
    }

    /// <summary>The text with the edits.</summary>
    public EditedText Apply(string text)
    {
        _edits.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Order.CompareTo(b.Order));
        var edited = new EditedText(text);
        foreach (var (start, _, end, put) in _edits)
        {
            edited.KeepTo(start);
            edited.Put(put);
            edited.SkipTo(end);
        }

        return edited;
    }
}
