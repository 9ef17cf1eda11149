namespace ChannelHost.Scripting.Compilation;

/// <summary>Chooses the shared scripts a unit needs: those that declare a name which the unit, or another chosen one, uses.</summary>
internal static class LibrarySelection
{
    /// <summary>The chosen ones, in the order of their file names.</summary>
    public static IReadOnlyList<ParsedScript> For(IReadOnlyList<ParsedScript> steps, IReadOnlyList<ParsedScript> library)
    {
        var chosen = new HashSet<ParsedScript>();
        var asking = new Queue<ParsedScript>(steps);
        while (asking.TryDequeue(out var user))
        {
            foreach (var candidate in library)
            {
                if (!ReferenceEquals(candidate, user) && !chosen.Contains(candidate) && IsUsed(candidate, user))
                {
                    chosen.Add(candidate);
                    asking.Enqueue(candidate);
                }
            }
        }

        return [.. chosen.OrderBy(script => script.File.Name, StringComparer.Ordinal)];
    }

    private static bool IsUsed(ParsedScript candidate, ParsedScript user) =>
        candidate.Declares.Any(user.Mentions);
}
