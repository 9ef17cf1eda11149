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

    /// <summary>The zone whose city it is, or whose name or city is nearly that.</summary>
    private static string? Nearest(string name)
    {
        var written = name.Replace(' ', '_');
        var ids = TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Order(StringComparer.Ordinal).ToList();
        return ids.Find(id => written.Length > 0 && id.EndsWith($"/{written}", StringComparison.OrdinalIgnoreCase))
            ?? NearestName.Of(written, ids)
            ?? (NearestName.Of(written, ids.Select(City)) is { } city ? ids.Find(id => City(id) == city) : null);
    }

    private static string City(string id) => id[(id.LastIndexOf('/') + 1)..];
}
