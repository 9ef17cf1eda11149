namespace ChannelHost.Storage.Messages.Reading;

/// <summary>A step of a search: a message that may be meant, or (<paramref name="IsProgress"/>) only that all from this id on have been looked at.</summary>
internal readonly record struct Candidate(long Id, bool IsProgress = false);
