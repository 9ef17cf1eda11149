namespace ChannelHost.Connectors.Polling;

/// <summary>Finds time zones by name, and what somebody meant who mistyped one.</summary>
internal static class ZoneName
{
    /// <summary>The zone of that name; null when this machine knows none.</summary>
    public static TimeZoneInfo? Find(string name)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            return null;
        }
    }

    /// <summary>What is wanted instead of an unknown name.</summary>
    public static string Wanted(string name)
    {
        const string Wanted = "a time zone by its IANA name, for example `Europe/Berlin`";
        return Nearest(name) is { } near ? $"{Wanted}; did you mean `{near}`?" : Wanted;
    }

    /// <summary>The zone whose city it is, or that differs by two letters at most.</summary>
    private static string? Nearest(string name)
    {
        if (name.Length is 0 or > 64)
        {
            return null;
        }

        var written = name.Replace(' ', '_');
        var names = TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Order(StringComparer.Ordinal).ToList();
        return names.Find(id => id.EndsWith($"/{written}", StringComparison.OrdinalIgnoreCase))
            ?? names.Select(id => (Id: id, Edits: Math.Min(Edits(written, id), Edits(written, id[(id.LastIndexOf('/') + 1)..]) + 1)))
                .Where(candidate => candidate.Edits <= Math.Min(2, written.Length / 3))
                .OrderBy(candidate => candidate.Edits)
                .Select(candidate => candidate.Id)
                .FirstOrDefault();
    }

    private static int Edits(string from, string to)
    {
        var last = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var next = new int[to.Length + 1];
            next[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var isSame = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]);
                next[j] = Math.Min(last[j - 1] + (isSame ? 0 : 1), 1 + Math.Min(last[j], next[j - 1]));
            }

            last = next;
        }

        return last[to.Length];
    }
}
