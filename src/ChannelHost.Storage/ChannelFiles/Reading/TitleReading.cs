using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads a <c>title:</c>: one line that people can read, for scripts to say.</summary>
internal static class TitleReading
{
    private const int Longest = 255;

    /// <summary>The title; null for none or a wrong one, which is told.</summary>
    /// <param name="title">As bound.</param>
    /// <param name="block">Where it stands.</param>
    /// <param name="field">What it is called.</param>
    /// <param name="problems">Where problems go.</param>
    public static string? Of(string? title, YamlBlock block, string field, ProblemList problems)
    {
        if (title is null || block.Find("title") is not { } at)
        {
            return null;
        }

        if (title.Length is > 0 and <= Longest && !title.Any(char.IsControl) && title.Trim().Length == title.Length)
        {
            return title;
        }

        problems.Add(at, field, at.Shape, $"1 to {Longest} characters on one line, without blanks around them");
        return null;
    }
}
