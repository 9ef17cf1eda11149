namespace ChannelHost.Connectors.FileIntake;

/// <summary>Keeps the first so many files in an order, out of any number that are shown to it one by one.</summary>
internal sealed class FirstFiles<TFile>(int most, Comparison<TFile> order)
{
    // The last one in the order stands on top: it goes when a better one comes.
    private readonly PriorityQueue<TFile, TFile> _kept = new(Comparer<TFile>.Create((a, b) => order(b, a)));

    /// <summary>Whether there were more than could be kept.</summary>
    public bool HasMore { get; private set; }

    public void Add(TFile file)
    {
        if (_kept.Count < most)
        {
            _kept.Enqueue(file, file);
        }
        else
        {
            HasMore = true;
            _kept.EnqueueDequeue(file, file);
        }
    }

    /// <summary>What was kept, in order.</summary>
    public List<TFile> Sorted()
    {
        var files = new List<TFile>(_kept.Count);
        foreach (var (file, _) in _kept.UnorderedItems)
        {
            files.Add(file);
        }

        files.Sort(order);
        return files;
    }
}
