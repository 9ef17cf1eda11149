using System.Text;

namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>A text that is edited from its beginning to its end, with the map back.</summary>
internal sealed class EditedText(string text)
{
    private readonly StringBuilder _result = new(text.Length + (text.Length / 4) + 64);
    private int _copied;

    /// <summary>The map of the result to the text.</summary>
    public PositionMap Map { get; } = new();

    /// <summary>How long the result is so far.</summary>
    public int Length => _result.Length;

    /// <summary>True when nothing was edited.</summary>
    public bool IsUntouched => _copied == 0 && _result.Length == 0;

    /// <summary>The last character of the result so far, or a line break where there is none.</summary>
    public char Last => _result.Length == 0 ? '\n' : _result[^1];

    /// <summary>Keeps everything up to here.</summary>
    public void KeepTo(int offset)
    {
        if (offset > _copied)
        {
            Map.Keep(_result.Length, _copied);
            _result.Append(text, _copied, offset - _copied);
            _copied = offset;
        }
    }

    /// <summary>Puts something in after what was kept.</summary>
    public void Put(ReadOnlySpan<char> insertion)
    {
        if (!insertion.IsEmpty)
        {
            Map.Put(_result.Length, _copied);
            _result.Append(insertion);
        }
    }

    /// <summary>Leaves out what stands before here, but not its line breaks.</summary>
    public void SkipTo(int offset)
    {
        for (var at = _copied; at < offset; at++)
        {
            if (Characters.IsLineBreak(text[at]))
            {
                Map.Put(_result.Length, at);
                _result.Append(text[at]);
            }
        }

        _copied = Math.Max(_copied, offset);
    }

    /// <summary>The whole.</summary>
    public string Finish()
    {
        KeepTo(text.Length);
        Map.Put(_result.Length, text.Length);
        return _result.ToString();
    }
}
