namespace ChannelHost.Engine.Cases;

/// <summary>What the channel remembers, as the case says; forgotten when the case is over.</summary>
internal sealed class CaseState(IReadOnlyDictionary<string, object?> globalChannelMap) : IChannelState
{
    private readonly Dictionary<string, string> _documents = new(StringComparer.Ordinal);

    public IVariableMap GlobalChannelMap { get; } = new VariableMap(globalChannelMap);

    public long AppliedSequence { get; private set; }

    public string? Rebuilt => null;

    public void Apply(RecordedStateChanges changes) => AppliedSequence = changes.Sequence;

    public bool IsTaken(string onceKey) => false;

    public string? ReadDocument(string name) => _documents.GetValueOrDefault(name);

    public void WriteDocument(string name, string json) => _documents[name] = json;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
