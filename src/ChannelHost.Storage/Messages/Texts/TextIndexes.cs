namespace ChannelHost.Storage.Messages.Texts;
internal sealed class TextIndexes { internal IEnumerable<(long From, long To, TextIndex? Index)> Parts(long low, long high) => []; }
internal sealed class TextIndex { internal bool TryFind(string text, long from, long to, out IEnumerable<long> found) { found = []; return false; } }
