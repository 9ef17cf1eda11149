namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>Maps offsets of a text that was edited back to the text before. Text that was kept maps letter by letter, text that was put in maps to one place.</summary>
internal sealed class PositionMap
{
    private readonly List<int> _after = [0];
    private readonly List<int> _before = [0];
    private readonly List<bool> _kept = [true];

    /// <summary>Text that was kept begins here.</summary>
    public void Keep(int after, int before) => Add(after, before, true);

    /// <summary>Text that stands for something at one place begins here.</summary>
    public void Put(int after, int before) => Add(after, before, false);

    /// <summary>The offset before.</summary>
    public int Before(int after)
    {
        var index = _after.BinarySearch(after);
        if (index < 0)
        {
            index = ~index - 1;
        }

        return index < 0 ? after : _before[index] + (_kept[index] ? after - _after[index] : 0);
    }

    private void Add(int after, int before, bool kept)
    {
        // Nothing stands between two that begin at the same offset.
        if (_after[^1] == after)
        {
            _before[^1] = before;
            _kept[^1] = kept;
            return;
        }

        _after.Add(after);
        _before.Add(before);
        _kept.Add(kept);
    }
}
