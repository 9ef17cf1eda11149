using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace ChannelHost.Connectors.Http;

/// <summary>The <c>path:</c> of a source: steps, and names for steps. Case does not count, as in ASP.NET Core's own routes.</summary>
internal sealed class RoutePath
{
    /// <summary>What the setting should look like, for problems.</summary>
    public const string Wanted = "a path that begins with /, for example /intake/{clinic}; {name} stands for a whole step, {*name} at the end for the rest";

    private static readonly SearchValues<char> NoPath = SearchValues.Create("?#\\ \t\r\n");

    private readonly TemplateMatcher _matcher;

    private RoutePath(RouteTemplate template)
    {
        _matcher = new TemplateMatcher(template, new RouteValueDictionary());
        Precedence = RoutePrecedence.ComputeInbound(template);
        Shape = "/" + string.Join('/', template.Segments.Select(segment => string.Concat(segment.Parts.Select(part =>
            part.IsCatchAll ? "{*}" : part.IsParameter ? "{}" : part.Text!.ToLowerInvariant()))));
    }

    /// <summary>The more exact path is looked at first: smaller numbers.</summary>
    public decimal Precedence { get; }

    /// <summary>The path without its names: two paths of the same shape take the same requests.</summary>
    public string Shape { get; }

    /// <summary>Reads the setting.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RoutePath? path)
    {
        path = null;
        if (!text.StartsWith('/') || text.AsSpan().ContainsAny(NoPath))
        {
            return false;
        }

        try
        {
            var template = TemplateParser.Parse(text[1..]);
            if (template.Parameters.Any(part => part.IsOptional || part.DefaultValue is not null || part.InlineConstraints.Any()))
            {
                return false;
            }

            path = new RoutePath(template);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>True when a request's path fits; <paramref name="values"/> then has the named steps.</summary>
    public bool Fits(PathString path, RouteValueDictionary values) => _matcher.TryMatch(path, values);
}
