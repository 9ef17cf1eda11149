namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Refuses a channel that claims what another one has.</summary>
internal static class ClaimCheck
{
    /// <summary>The record with a problem for each claim that somebody else has.</summary>
    /// <param name="record">The channel.</param>
    /// <param name="holder">The channel that has a resource, or null.</param>
    public static ChannelRecord Apply(ChannelRecord record, Func<Claim, string?> holder)
    {
        var held = record.Claims
            .Select(claim => (Claim: claim, Holder: holder(claim)))
            .Where(pair => pair.Holder is not null && pair.Holder != record.Reading.Name)
            .ToList();
        if (held.Count == 0)
        {
            return record;
        }

        var file = $"{record.Reading.Name}/{ChannelPlace.FileName}";
        var problems = held.Select(pair => new ChannelProblem(
            file, pair.Claim.Line, pair.Claim.Column, pair.Claim.Field,
            $"{pair.Claim.Shown}, which the channel `{pair.Holder}` has", "one that no other channel has, or the other channel with `enabled: false`"));
        return record with
        {
            Reading = record.Reading with { Definition = null, Problems = [.. ProblemList.Sort(record.Reading.Problems.Concat(problems), file)] },
            HeldBy = [.. record.HeldBy.Union(held.Select(pair => pair.Holder!))],
        };
    }
}
