namespace ChannelHost.Storage.Messages.Texts;

/// <summary>The store whose texts are indexed.</summary>
internal interface ITextSource
{
    /// <summary>The first and the last id that is stored; 0 where there is none.</summary>
    (long First, long Last) StoredIds();

    /// <summary>The messages as received, from an id to before another, in order; those whose content is gone or damaged are left out.</summary>
    IEnumerable<(long Id, byte[] Raw)> RawContents(long from, long to);
}
