namespace ChannelHost.Scripting.Scope;

/// <summary>Groups of names that exist together.</summary>
[Flags]
internal enum ScopeSets
{
    /// <summary>What every script has.</summary>
    Basic = 0,

    /// <summary>The channel: its name, its map, its alerts.</summary>
    Channel = 1 << 0,

    /// <summary>One connector of a message.</summary>
    Connector = 1 << 1,

    /// <summary><c>channelMap</c> and <c>responseMap</c>.</summary>
    MessageMaps = 1 << 2,

    /// <summary><c>sourceMap</c>.</summary>
    SourceMap = 1 << 3,

    /// <summary><c>msg</c>, <c>tmp</c>, <c>template</c>.</summary>
    Content = 1 << 4,

    /// <summary><c>message</c> as text.</summary>
    Text = 1 << 5,

    /// <summary><c>message</c> as the whole message.</summary>
    Whole = 1 << 6,

    /// <summary><c>SENT</c> and its like as plain variables.</summary>
    Statuses = 1 << 7,

    /// <summary>The answer to a response transformer.</summary>
    Response = 1 << 8,

    /// <summary><c>response</c> of the channel's postprocessor.</summary>
    ChannelResponse = 1 << 9,

    /// <summary><c>reader</c>.</summary>
    Reader = 1 << 10,

    /// <summary><c>binary</c>.</summary>
    Binary = 1 << 11,

    /// <summary><c>destinationSet</c>.</summary>
    DestinationSet = 1 << 12,

    /// <summary><c>phase</c>.</summary>
    Phase = 1 << 13,

    /// <summary>What scripts of a message have where nobody asks to be as narrow as the reference.</summary>
    Ours = Channel | Connector | MessageMaps | SourceMap | Content | Text | DestinationSet,
}

/// <summary>Which names a unit's scripts have, by what they are for.</summary>
internal sealed class ScopeNames
{
    private readonly ScopeSets _sets;

    private ScopeNames(ScopeSets sets, string logger)
    {
        _sets = sets;
        LoggerName = logger;
    }

    /// <summary>What <c>logger.getName()</c> says.</summary>
    public string LoggerName { get; }

    /// <summary>For a unit.</summary>
    public static ScopeNames For(IReadOnlyList<ScriptStep> steps, Compatibility compatibility)
    {
        var sets = ScopeSets.Basic;
        foreach (var step in steps)
        {
            var own = Reference(step.Kind);
            sets |= compatibility == Compatibility.Mirth || IsNew(step.Kind) ? own : own | ScopeSets.Ours;
        }

        return new ScopeNames(steps.Count == 0 ? ScopeSets.Ours : sets, LoggerFor(steps));
    }

    /// <summary>The same for a source's script that runs about a message: it has the message's names, too.</summary>
    public ScopeNames AboutMessage() => new(_sets | ScopeSets.Connector | ScopeSets.MessageMaps | ScopeSets.SourceMap, LoggerName);

    /// <summary>True when at least one of the sets is there.</summary>
    public bool HasAny(ScopeSets sets) => (_sets & sets) != 0;

    /// <summary>True when a map is there.</summary>
    public bool Has(MapName map) => map switch
    {
        MapName.Source => HasAny(ScopeSets.SourceMap),
        MapName.Channel or MapName.Response => HasAny(ScopeSets.MessageMaps),
        MapName.Connector => HasAny(ScopeSets.Connector),
        MapName.GlobalChannel => HasAny(ScopeSets.Channel),
        _ => true,
    };

    // The kinds that came with imported channels have from the start what the reference has, and no more.
    private static bool IsNew(ScriptKind kind) => kind >= ScriptKind.Deploy && kind is not (ScriptKind.GlobalPreprocessor or ScriptKind.GlobalPostprocessor);

    private static ScopeSets Reference(ScriptKind kind)
    {
        const ScopeSets message = ScopeSets.Channel | ScopeSets.Connector | ScopeSets.MessageMaps | ScopeSets.SourceMap;
        return kind switch
        {
            ScriptKind.GlobalDeploy or ScriptKind.GlobalUndeploy => ScopeSets.Basic,
            ScriptKind.Deploy or ScriptKind.Undeploy or ScriptKind.Reader => ScopeSets.Channel,
            ScriptKind.Attachment => ScopeSets.Channel | ScopeSets.SourceMap | ScopeSets.Text | ScopeSets.Binary,
            ScriptKind.Batch => ScopeSets.Channel | ScopeSets.SourceMap | ScopeSets.Reader,
            ScriptKind.Preprocessor or ScriptKind.GlobalPreprocessor => message | ScopeSets.Text | ScopeSets.DestinationSet,
            ScriptKind.Filter or ScriptKind.Transformer => message | ScopeSets.Content | ScopeSets.Phase | ScopeSets.DestinationSet,
            ScriptKind.Writer => message | ScopeSets.Statuses,
            ScriptKind.ResponseTransformer => message | ScopeSets.Content | ScopeSets.Response | ScopeSets.Statuses,
            ScriptKind.Postprocessor => ScopeSets.Channel | ScopeSets.MessageMaps | ScopeSets.SourceMap | ScopeSets.Whole | ScopeSets.Statuses,
            ScriptKind.GlobalPostprocessor =>
                ScopeSets.Channel | ScopeSets.MessageMaps | ScopeSets.SourceMap | ScopeSets.Whole | ScopeSets.Statuses | ScopeSets.ChannelResponse,
            _ => ScopeSets.Basic,
        };
    }

    private static string LoggerFor(IReadOnlyList<ScriptStep> steps) => steps.Count == 0 ? "script" : steps[^1].Kind switch
    {
        ScriptKind.Deploy or ScriptKind.GlobalDeploy => "deploy",
        ScriptKind.Undeploy or ScriptKind.GlobalUndeploy => "undeploy",
        ScriptKind.Attachment => "attachment",
        ScriptKind.Batch => "batch",
        ScriptKind.Reader or ScriptKind.Writer => "js-connector",
        ScriptKind.Preprocessor or ScriptKind.GlobalPreprocessor => "preprocessor",
        ScriptKind.Postprocessor or ScriptKind.GlobalPostprocessor => "postprocessor",
        ScriptKind.ResponseTransformer => "response",
        ScriptKind.Filter => "filter",
        _ => "transformer",
    };
}
