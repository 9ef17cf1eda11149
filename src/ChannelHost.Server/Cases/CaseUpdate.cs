namespace ChannelHost.Server.Cases;

/// <summary>Writes what came as what is expected, for cases that differ and could be run.</summary>
internal static class CaseUpdate
{
    /// <summary>Gives the cases that were written; what passes is left as it is, by whoever it was written.</summary>
    /// <exception cref="CommandFailure">A file cannot be written.</exception>
    public static HashSet<CaseRun> Write(IReadOnlyList<ChannelCases> channels, ICaseFiles files)
    {
        var written = new HashSet<CaseRun>(ReferenceEqualityComparer.Instance);
        foreach (var run in channels.SelectMany(channel => channel.Runs))
        {
            if (run is { Passed: false, Result: { Actual: { } actual } result })
            {
                try
                {
                    files.WriteExpectation(result.Case, actual);
                    written.Add(run);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    throw new CommandFailure(ExitCode.Usage, $"what is expected of {result.Case.File} cannot be written: {error.Message}", error);
                }
            }
        }

        return written;
    }
}
