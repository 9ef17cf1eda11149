namespace ChannelHost.Connectors.JavaScript;

/// <summary>The settings of a destination that runs a script.</summary>
internal sealed record JavaScriptDestinationOptions
{
    /// <summary>The script.</summary>
    [Option("The script; it gets the message as msg and says by what it returns what became of it.", Required = true, Example = "write.js")]
    public ScriptFile? Script { get; init; }
}
