namespace ChannelHost.Connectors.Database;

/// <summary>The settings of a destination that runs a statement or a script for each message.</summary>
internal sealed record DatabaseDestinationOptions : DatabaseConnectionOptions
{
    /// <summary>The statement.</summary>
    [Option("The statement; each ${name} in it is a parameter, so no quotes around it. Several statements (;) are done together or not at all. This or script.", Example = "insert into visits (mrn, event) values (${mrn}, ${event})")]
    public Template? Statement { get; init; }

    /// <summary>A script that writes.</summary>
    [Option("A script that writes, by DatabaseConnectionFactory; what it returns says what became of the message, as with javascript. In place of statement.", Example = "write.js")]
    public ScriptFile? Script { get; init; }
}
