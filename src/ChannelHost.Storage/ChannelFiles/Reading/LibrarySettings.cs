namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>The keys of <c>library.yaml</c>.</summary>
internal sealed record LibrarySettings
{
    [Option("What it is for, for people.")]
    public string Description { get; init; } = "";

    [Option("The only channels it is for, by name or id; all channels when not given.")]
    public IReadOnlyList<string>? Channels { get; init; }

    [Option("Channels that it is not for, by name or id.")]
    public IReadOnlyList<string> Except { get; init; } = [];

    [Option("Its code templates, in order. What a later one declares takes the place of the same name in an earlier one.")]
    public IReadOnlyList<TemplateKeys> Templates { get; init; } = [];
}

/// <summary>One of <c>templates</c>.</summary>
internal sealed record TemplateKeys
{
    [Option("The script.", Required = true)]
    public ScriptFile? File { get; init; }

    [Option("Before which scripts it runs. connectors stands for the five of sources and destinations.")]
    public IReadOnlyList<ContextWord> Contexts { get; init; } = [ContextWord.Connectors];
}

/// <summary>What <c>contexts</c> may hold: the names of <see cref="ScriptContexts"/>.</summary>
internal enum ContextWord
{
    /// <summary>The global deploy script.</summary>
    GlobalDeploy,

    /// <summary>The global undeploy script.</summary>
    GlobalUndeploy,

    /// <summary>The global preprocessor.</summary>
    GlobalPreprocessor,

    /// <summary>The global postprocessor.</summary>
    GlobalPostprocessor,

    /// <summary>Deploy scripts of channels.</summary>
    ChannelDeploy,

    /// <summary>Undeploy scripts of channels.</summary>
    ChannelUndeploy,

    /// <summary>Preprocessors.</summary>
    ChannelPreprocessor,

    /// <summary>Postprocessors.</summary>
    ChannelPostprocessor,

    /// <summary>Attachment scripts.</summary>
    ChannelAttachment,

    /// <summary>Batch scripts.</summary>
    ChannelBatch,

    /// <summary>The scripts of sources themselves.</summary>
    SourceReceiver,

    /// <summary>Filters and transformers of sources.</summary>
    SourceFilterTransformer,

    /// <summary>Filters and transformers of destinations.</summary>
    DestinationFilterTransformer,

    /// <summary>The scripts of destinations themselves.</summary>
    DestinationDispatcher,

    /// <summary>Response transformers.</summary>
    DestinationResponseTransformer,

    /// <summary>The five of sources and destinations.</summary>
    Connectors,

    /// <summary>All.</summary>
    All,
}
