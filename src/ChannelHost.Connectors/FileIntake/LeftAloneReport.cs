namespace ChannelHost.Connectors.FileIntake;

/// <summary>
/// Gathers what one look leaves alone and tells what is new: each oddity once, as long as it lasts. Remembers a bounded number of entries; of more than
/// that, the rest are only counted.
/// </summary>
internal sealed class LeftAloneReport
{
    private const int MostRemembered = 10_000;

    private HashSet<LeftAlone> _reported = [];
    private HashSet<LeftAlone> _now = [];

    /// <summary>Notes an entry; true when it was not known from the look before.</summary>
    public bool Add(LeftAlone entry) => _now.Count < MostRemembered && _now.Add(entry) && !_reported.Contains(entry);

    /// <summary>Ends the look: the reasons that are new with the number of entries each has. Names stay out: they may tell who a patient is.</summary>
    public IReadOnlyList<(string Reason, int Count)> News()
    {
        var news = _now.Count == 0
            ? (IReadOnlyList<(string, int)>)[]
            : [.. _now.Where(entry => !_reported.Contains(entry)).GroupBy(entry => entry.Reason).Select(group => (Text.SafeText.From(group.Key), group.Count()))];
        (_reported, _now) = (_now, _reported);
        _now.Clear();
        return news;
    }
}
