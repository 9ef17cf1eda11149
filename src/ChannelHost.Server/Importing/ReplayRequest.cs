namespace ChannelHost.Server.Importing;

/// <summary>What <c>import mirth --replay</c> is asked for.</summary>
/// <param name="ChannelsFolder">Where the imported channels are.</param>
/// <param name="DataFolder">Where secrets are.</param>
/// <param name="Environment">The environment whose values count; null for the base.</param>
internal sealed record ReplayRequest(string ChannelsFolder, string DataFolder, string? Environment)
{
    /// <summary>The channel that all messages go through; null: each goes through the one it came from.</summary>
    public string? Channel { get; init; }

    /// <summary>Paths that are not compared.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>True: the result is written as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Runs it.</summary>
    /// <exception cref="CommandFailure">The channel or the files are not there.</exception>
    public async Task<ExitCode> RunAsync(IReadOnlyList<string> files, Terminal terminal, CancellationToken cancellationToken)
    {
        var readings = HostSetup.OpenChannels(ChannelsFolder, DataFolder, Environment).ReadAll(Channel);
        var chosen = Channel is null ? null : Find(readings, Channel, terminal);
        var definitions = readings.Select(reading => reading.Definition).OfType<ChannelDefinition>().ToList();
        var proof = new ReplayProof(HostSetup.CreateCaseRunner(), definitions, Ignore);
        var report = new ReplayReport(terminal, IsJson);
        await foreach (var message in proof.RunAsync(ReplayFiles.Read(files), chosen, cancellationToken))
        {
            report.Add(message);
        }

        report.Finish();
        return report.IsProof ? ExitCode.Done : ExitCode.Problems;
    }

    private ChannelDefinition Find(IReadOnlyList<ChannelReading> readings, string name, Terminal terminal)
    {
        var reading = readings.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new CommandFailure(ExitCode.Usage, $"there is no channel {name} in {ChannelsFolder}");
        if (reading.Definition is { } definition)
        {
            return definition;
        }

        terminal.Error.Write(HostSetup.Render([reading], ChannelsFolder));
        throw new CommandFailure(ExitCode.Usage, $"the channel {name} cannot be read; `channelhost validate {name}` says why");
    }
}
