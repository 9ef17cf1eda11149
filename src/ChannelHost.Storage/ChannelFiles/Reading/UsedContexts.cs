namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Before which of a channel's scripts code templates can run at all.</summary>
internal static class UsedContexts
{
    /// <summary>Those of the global scripts.</summary>
    public const ScriptContexts OfGlobalScripts =
        ScriptContexts.GlobalDeploy | ScriptContexts.GlobalUndeploy | ScriptContexts.GlobalPreprocessor | ScriptContexts.GlobalPostprocessor;

    /// <summary>Of a channel with scripts. Whether a connector runs scripts of its own is its own matter, so its contexts count as used.</summary>
    /// <param name="definition">The channel; null when it cannot be read: then it may use all.</param>
    public static ScriptContexts Of(ChannelDefinition? definition)
    {
        if (definition is null)
        {
            return ScriptContexts.All & ~OfGlobalScripts;
        }

        return ScriptContexts.SourceReceiver | ScriptContexts.DestinationDispatcher
            | If(definition.DeployScript is not null, ScriptContexts.ChannelDeploy)
            | If(definition.UndeployScript is not null, ScriptContexts.ChannelUndeploy)
            | If(definition.Preprocessor is not null, ScriptContexts.ChannelPreprocessor)
            | If(definition.Postprocessor is not null, ScriptContexts.ChannelPostprocessor)
            | If(definition.Attachments?.Script is not null, ScriptContexts.ChannelAttachment)
            | If(definition.Source.Batch?.Script is not null, ScriptContexts.ChannelBatch)
            | If((definition.Filter ?? definition.Transformer) is not null, ScriptContexts.SourceFilterTransformer)
            | If(definition.Destinations.Any(destination => (destination.Filter ?? destination.Transformer) is not null), ScriptContexts.DestinationFilterTransformer)
            | If(definition.Destinations.Any(destination => destination.ResponseTransformer is not null), ScriptContexts.DestinationResponseTransformer);
    }

    /// <summary>Of the global scripts that there are.</summary>
    public static ScriptContexts Of(GlobalScripts global) =>
        If(global.Deploy is not null, ScriptContexts.GlobalDeploy)
        | If(global.Undeploy is not null, ScriptContexts.GlobalUndeploy)
        | If(global.Preprocessor is not null, ScriptContexts.GlobalPreprocessor)
        | If(global.Postprocessor is not null, ScriptContexts.GlobalPostprocessor);

    private static ScriptContexts If(bool isUsed, ScriptContexts context) => isUsed ? context : ScriptContexts.None;
}
