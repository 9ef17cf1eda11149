namespace ChannelHost.Server.Hosting;

/// <summary>Why a version is to run: for the gate of cases, and for the record of versions.</summary>
/// <param name="Who">The person, as the operating system or the API knows it; <c>folder</c> when the folder changed by itself.</param>
/// <param name="Why">What they said; empty when nothing.</param>
/// <param name="Force">Runs it also when its cases fail; said in the record.</param>
internal sealed record DeployRequest(string Who, string Why, bool Force)
{
    /// <summary>The version whose files were put back for it; null when none were.</summary>
    public int? RestoredFrom { get; init; }

    /// <summary>The folder changed, and nobody said why.</summary>
    public static DeployRequest OfFolder { get; } = new("folder", "", Force: false);
}
