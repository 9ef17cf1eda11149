namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>A channel as last read.</summary>
/// <param name="Reading">What was handed out.</param>
/// <param name="Claims">What only it can have.</param>
/// <param name="Stamps">The files it was read from, as they looked just before.</param>
internal sealed record ChannelRecord(ChannelReading Reading, IReadOnlyList<Claim> Claims, IReadOnlyList<FileStamp> Stamps)
{
    /// <summary>Channels that hold what this one claims: it may become good when one of them changes.</summary>
    public IReadOnlyList<string> HeldBy { get; init; } = [];

    /// <summary>The channels that it waits for.</summary>
    public IReadOnlyList<Dependency> DependsOn { get; init; } = [];

    /// <summary>To be kept: nobody asks twice for the texts.</summary>
    public ChannelRecord WithoutTexts() => this with { Reading = Reading with { Files = [] } };
}

/// <summary>Something that only one running channel can have.</summary>
/// <param name="Resource">As the connector names it: <c>tcp:127.0.0.1:6661</c>.</param>
/// <param name="Shown">The same for people; without what came from the environment.</param>
/// <param name="Field">The setting that claims it.</param>
/// <param name="Line">Where.</param>
/// <param name="Column">Where.</param>
internal sealed record Claim(string Resource, string Shown, string Field, int Line, int Column);
