namespace ChannelHost.Connectors.Sftp;

/// <summary>How the messages ended whose files could not be removed: it says where a file goes once that works again. Safe for use by many threads.</summary>
internal sealed class RemovalOutcomes
{
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, bool> _isError = [];

    /// <summary>Notes a file that is still there. Of more than so many the rest counts as not known, which removes nothing wrongly.</summary>
    public void Note(string onceKey, bool isError)
    {
        lock (_gate)
        {
            if (_isError.Count < Most)
            {
                _isError[onceKey] = isError;
            }
        }
    }

    /// <summary>The file is gone.</summary>
    public void Forget(string onceKey)
    {
        lock (_gate)
        {
            _isError.Remove(onceKey);
        }
    }

    /// <summary>Whether its message ended in an error; null when that is not known.</summary>
    public bool? Find(string onceKey)
    {
        lock (_gate)
        {
            return _isError.TryGetValue(onceKey, out var isError) ? isError : null;
        }
    }
}
