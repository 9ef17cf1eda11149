using ChannelHost.Engine.Cases;

namespace ChannelHost.Server.Cases;

/// <summary>Differences in one line each.</summary>
internal static class CaseText
{
    private const int MostPlaces = 10;

    /// <summary>What differs where, but not what stands there: fit for logs, the API and reports.</summary>
    public static string WithoutContent(CaseDifference difference)
    {
        var places = difference.Places.Take(MostPlaces).Select(Place).ToList();
        if (difference.Places.Count > MostPlaces)
        {
            places.Add($"and {difference.Places.Count - MostPlaces} more");
        }

        var where = places.Count == 0 ? "" : $": {string.Join(", ", places)}";
        return $"{difference.Subject}: {difference.Problem}{where}";
    }

    private static string Place(MessageDifference place) => place.Label is { } label ? $"{place.Path} ({label})" : place.Path;
}
