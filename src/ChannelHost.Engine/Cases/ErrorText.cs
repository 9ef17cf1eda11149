using System.Text.RegularExpressions;

namespace ChannelHost.Engine.Cases;

/// <summary>The part of an error that a case expects: what was said, without the line of the script, which moves with every edit.</summary>
internal static partial class ErrorText
{
    /// <summary>The first line without the place before it; null for none.</summary>
    public static string? Short(string? error)
    {
        if (error is null)
        {
            return null;
        }

        var end = error.IndexOf('\n', StringComparison.Ordinal);
        return Place().Replace(end < 0 ? error : error[..end], "").Trim();
    }

    [GeneratedRegex(@"^\S+\.js:\d+:\d+: ")]
    private static partial Regex Place();
}
