using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ChannelHost.Connectors.Http;

/// <summary>Which requests a source takes.</summary>
/// <param name="Path">Their path.</param>
/// <param name="Methods">Their methods.</param>
/// <param name="Channel">The source's channel.</param>
/// <param name="Intake">Takes them; null when the channel was stopped: its senders are told to come again, not that there never was such a path.</param>
internal sealed record HttpRoute(RoutePath Path, IReadOnlyList<string> Methods, string Channel, RequestIntake? Intake)
{
    /// <summary>The same without its channel.</summary>
    public HttpRoute Closed() => this with { Intake = null };

    /// <summary>True when both take some request.</summary>
    public bool Overlaps(HttpRoute other) => Path.Shape == other.Path.Shape && Methods.Any(method => other.Methods.Contains(method));
}

/// <summary>The routes of a listener, the more exact path first. Immutable.</summary>
internal sealed class RouteTable
{
    /// <summary>So many stopped channels are remembered.</summary>
    private const int MostClosed = 1000;

    private readonly HttpRoute[] _routes;

    private RouteTable(IEnumerable<HttpRoute> routes) => _routes = [.. routes.OrderBy(route => route.Path.Precedence)];

    /// <summary>Without routes.</summary>
    public static RouteTable Empty { get; } = new([]);

    /// <summary>How many sources there are.</summary>
    public int LiveCount => _routes.Count(route => route.Intake is not null);

    /// <summary>The live route that takes some of the same requests, or null.</summary>
    public HttpRoute? Rival(HttpRoute route, HttpRoute? replaced = null) =>
        Array.Find(_routes, other => other.Intake is not null && !ReferenceEquals(other, replaced) && other.Overlaps(route));

    /// <summary>With one more route; stopped ones that it takes the place of go.</summary>
    public RouteTable With(HttpRoute route, HttpRoute? replaced = null) =>
        new(_routes.Where(other => !ReferenceEquals(other, replaced) && (other.Intake is not null || !other.Overlaps(route))).Append(route));

    /// <summary>With a route stopped.</summary>
    public RouteTable Close(HttpRoute route)
    {
        var closed = _routes.Where(other => other.Intake is null && !other.Overlaps(route)).TakeLast(MostClosed);
        return new(_routes.Where(other => other.Intake is not null && !ReferenceEquals(other, route)).Concat(closed).Append(route.Closed()));
    }

    /// <summary>The route of a request. Without one, <paramref name="allowed"/> names the methods that its path takes; null when nobody has the path.</summary>
    public HttpRoute? Find(HttpRequest request, RouteValueDictionary values, out string? allowed)
    {
        allowed = null;
        foreach (var route in _routes)
        {
            if (!route.Path.Fits(request.Path, values))
            {
                values.Clear();
                continue;
            }

            if (route.Methods.Contains(request.Method))
            {
                return route;
            }

            values.Clear();
            allowed = allowed is null ? string.Join(", ", route.Methods) : $"{allowed}, {string.Join(", ", route.Methods)}";
        }

        return null;
    }
}
