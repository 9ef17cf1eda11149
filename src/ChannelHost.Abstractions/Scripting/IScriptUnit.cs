namespace ChannelHost.Abstractions;

/// <summary>Prepared scripts. Safe for use by many threads: each run has a clean engine of its own.</summary>
public interface IScriptUnit
{
    /// <summary>Runs the unit's scripts in order on one message. Never throws for what a script does: that is in the result.</summary>
    ScriptResult Run(ScriptScope scope, CancellationToken cancellationToken);
}

/// <summary>What one run sees, and what it may change.</summary>
public sealed class ScriptScope
{
    /// <summary><c>source</c> or the destination's name; scripts read it as <c>connector</c>.</summary>
    public required string Connector { get; init; }

    /// <summary>The message's id in its channel; scripts read it as <c>messageId</c>.</summary>
    public required long MessageId { get; init; }

    /// <summary>The bytes the scripts work on.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>How to read <see cref="Content"/>.</summary>
    public required IMessageCodec Inbound { get; init; }

    /// <summary>How to write the result when <c>msg</c> is no tree any more, or of another data type.</summary>
    public required IMessageCodec Outbound { get; init; }

    /// <summary>The maps.</summary>
    public required MessageMaps Maps { get; init; }

    /// <summary><c>destinationSet</c>; null where scripts have none (destinations).</summary>
    public DestinationSelection? Destinations { get; init; }

    /// <summary>For response transformers: the response so far. They may replace it.</summary>
    public Response? Response { get; set; }

    /// <summary>The whole message as scripts may look at it, made when first asked for; null where there is no message.</summary>
    public Func<MessageSnapshot>? Snapshot { get; init; }

    /// <summary>Which part of <see cref="Snapshot"/> this run belongs to: 0 the source, else the destination's number; -1 for neither (deploy, batch).</summary>
    public int ConnectorId { get; init; }

    /// <summary>The text of the outgoing template, read as <c>tmp</c> in the outbound data type; null for none.</summary>
    public string? Template { get; init; }

    /// <summary>The message's attachments, by default those that its maps carry; null where there are none.</summary>
    public IAttachments? Attachments
    {
        get => field ?? Maps.Attachments;
        init;
    }

    /// <summary>For batch scripts: the text that is taken apart, read on from run to run.</summary>
    public TextReader? Reader { get; init; }

    /// <summary>More variables by name, as plain values: a row as <c>resultMap</c>, the channel postprocessor's answer as <c>response</c>.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>();

    /// <summary>What scripts changed in <c>globalChannelMap</c>, to be stored with the message.</summary>
    public List<StateChange> StateChanges { get; } = [];
}

/// <summary>The destinations a message goes to; scripts narrow it by <c>destinationSet</c>.</summary>
public sealed class DestinationSelection(IReadOnlyList<string> all)
{
    private List<string>? _left;

    /// <summary>The destinations that are left, in the channel's order.</summary>
    public IReadOnlyList<string> Left => _left ?? all;

    /// <summary>Takes destinations out; unknown names are ignored. True when something changed.</summary>
    public bool Remove(IReadOnlyCollection<string> names) => Keep(name => !names.Contains(name));

    /// <summary>Takes all but these out. True when something changed.</summary>
    public bool RemoveAllExcept(IReadOnlyCollection<string> names) => Keep(names.Contains);

    /// <summary>Takes all out. True when something changed.</summary>
    public bool RemoveAll() => Keep(_ => false);

    private bool Keep(Func<string, bool> wanted)
    {
        var kept = Left.Where(wanted).ToList();
        if (kept.Count == Left.Count)
        {
            return false;
        }

        _left = kept;
        return true;
    }
}
