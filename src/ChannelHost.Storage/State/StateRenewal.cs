using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.State;

/// <summary>Writes a state file anew, whole and under another name first, in the form that is written now: LiteDB keeps old pages of a file it changes.</summary>
internal static class StateRenewal
{
    /// <summary>Renews a file that nobody has open and that can be read.</summary>
    internal static void Run(string path, ContentCodec codec)
    {
        var content = new Everything();
        long sequence;
        using (var old = StateFile.Open(path, codec, content))
        {
            sequence = old.AppliedSequence;
        }

        StateFile.Create(path, codec, file => file.Fill(content.Entries, content.Documents, content.TakenKeys, sequence));
    }

    private sealed class Everything : IStateContent
    {
        internal List<KeyValuePair<string, object?>> Entries { get; } = [];

        internal List<KeyValuePair<string, string>> Documents { get; } = [];

        internal List<UInt128> TakenKeys { get; } = [];

        public void Map(string key, object? value) => Entries.Add(new(key, value));

        public void Document(string name, string json) => Documents.Add(new(name, json));

        public void Taken(UInt128 hash) => TakenKeys.Add(hash);
    }
}
